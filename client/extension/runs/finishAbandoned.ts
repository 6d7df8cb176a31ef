import { readdir } from 'node:fs/promises';
import { workspace, type LogOutputChannel } from 'vscode';
import { runFolder } from '#protocol/runFolder.ts';
import type { Reader, Runs } from './contracts.ts';
import { abandoned } from './readRuns.ts';

/**
 * Finishes what a window left when it was closed or loaded anew in the middle of a run: its trace is joined and its evidence written, as
 * at the end of any run.
 */
export async function finishAbandoned(runs: Runs, reader: Reader, log: LogOutputChannel): Promise<void> {
  await runs.firstLook;
  if (!workspace.isTrusted) return;
  for (const { folder } of abandoned(runs.all)) {
    try {
      if (await hasSegments(folder)) await reader.finish(folder);
    } catch (error) {
      // It can still be opened as it is.
      log.warn(`A run that was left could not be finished: ${String(error)}`);
    }
  }
}

async function hasSegments(folder: string): Promise<boolean> {
  return (await readdir(folder)).some((name) => name.endsWith(runFolder.segmentExtension));
}
