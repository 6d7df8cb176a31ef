import { readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder, type ProcessMark } from '#protocol/runFolder.ts';

/**
 * Counts this process as traced by a mark in the folder of the run; says why not when that fails. The mark stays, so that the cap
 * holds for the whole run, also for a program that starts thousands of short children one after the other.
 */
export function claimProcess(folder: string, most: number): 'cap' | 'fault' | undefined {
  const file = markOf(folder);
  const mark: ProcessMark = { pid: process.pid };
  try {
    // Exclusive: an older process of the same number has left segments that must not be overwritten.
    writeFileSync(file, JSON.stringify(mark), { flag: 'wx', mode: 0o600 });
  } catch {
    return 'fault';
  }
  const marks = readdirSync(folder).filter((name) => name.endsWith(runFolder.processExtension));
  if (marks.length <= most) return undefined;
  // Counted after the mark was made, so that processes that start together never get over the cap.
  unlinkSync(file);
  return 'cap';
}

/** Takes the mark back. @throws the error of the file system when it is gone */
export function releaseProcess(folder: string): void {
  unlinkSync(markOf(folder));
}

function markOf(folder: string): string {
  return join(folder, `${process.pid}${runFolder.processExtension}`);
}
