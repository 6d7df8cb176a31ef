import { readdir, rm } from 'node:fs/promises';
import { l10n } from 'vscode';
import { runFolder } from '#protocol/runFolder.ts';
import type { LaunchContext } from './launchContext.ts';
import { leftInRun } from './leftInRun.ts';

/**
 * Ends a run that the editor made itself, or a part of it: its trace is joined and its evidence written. A run in which nothing was traced
 * goes: it would stand in front of those that have something to show. Returns what the user should know.
 */
export async function finishRun(ctx: LaunchContext, folder: string): Promise<string | undefined> {
  try {
    const names = await readdir(folder);
    const left = leftInRun(names);
    if (left === 'unfinished') await ctx.reader.finish(folder);
    if (left === 'nothing') await rm(folder, { recursive: true, force: true });
    return left === 'nothing' && names.includes(runFolder.untraced) ? untracedMessage() : undefined;
  } catch (error) {
    ctx.log.error(error instanceof Error ? error : String(error));
    return error instanceof Error ? error.message : String(error);
  }
}

function untracedMessage(): string {
  return l10n.t('Nothing was traced: package managers and other tools are not, nor is a Node older than 20.19.');
}
