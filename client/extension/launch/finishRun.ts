import { rm } from 'node:fs/promises';
import { tracedProcesses } from '#runs/processMarks.ts';
import type { LaunchContext } from './launchContext.ts';

/**
 * Ends a run that the editor made itself, or a part of it: its trace is joined and its evidence written. A run that no program ever took
 * part in goes: it would stand in front of those that have something to show. Returns what the user should know.
 */
export async function finishRun({ reader, log }: LaunchContext, folder: string): Promise<string | undefined> {
  try {
    if ((await tracedProcesses(folder)).length > 0) await reader.finish(folder);
    else await rm(folder, { recursive: true, force: true });
    return undefined;
  } catch (error) {
    log.error(error instanceof Error ? error : String(error));
    return error instanceof Error ? error.message : String(error);
  }
}
