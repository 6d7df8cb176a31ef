import { renameSync, writeFileSync } from 'node:fs';
import { runFolder, type ProcessMark } from '#protocol/runFolder.ts';

/** Replaces the mark of this process in the folder of the run; readers see the old one or the new one. Throws as the file system does. */
export function writeProcessMark(folder: string, mark: ProcessMark): void {
  const path = `${folder}/${mark.pid}${runFolder.processExtension}`;
  // The token opens the socket, so the file is for this user alone.
  writeFileSync(`${path}.new`, JSON.stringify(mark), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
