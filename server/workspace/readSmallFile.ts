import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FilePath } from '#analysis/finding.ts';

const maxBytes = 1024 * 1024;

/**
 * Text of a regular file of at most 1 MiB, without byte order mark; `undefined` for everything else: missing, a folder, a pipe,
 * not readable, too large. Never waits for a writer. Throws nothing.
 */
export async function readSmallFile(file: FilePath): Promise<string | undefined> {
  try {
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = await handle.stat();
      if (!stats.isFile() || stats.size > maxBytes) return undefined;
      return (await handle.readFile('utf8')).replace(/^\uFEFF/, '');
    } finally {
      await handle.close();
    }
  } catch {
    // The caller does without the file, whatever the reason.
    return undefined;
  }
}
