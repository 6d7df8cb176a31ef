import { appendFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { UntracedNote } from '#protocol/messages.ts';
import { runFolder, type UntracedProcess } from '#protocol/runFolder.ts';

/** A program that starts children without end must not fill the disk with the news of it. */
const mostBytes = 1024 * 1024;

/** Tells `rubato run` that this process is not traced. Silent where that cannot be written. */
export function noteUntraced(folder: string, reason: UntracedNote['reason']): void {
  const line: UntracedProcess = { pid: process.pid, kind: 'untraced', what: 'process', reason };
  const file = join(folder, runFolder.untraced);
  try {
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > mostBytes) return;
    // One write of a short line to a file opened for appending: lines of several processes do not mix.
    appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  } catch {
    // The folder is gone, or may not be written under the permission model.
  }
}
