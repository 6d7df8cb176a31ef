import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * Text of a regular file that has at most that many bytes; `undefined` for anything else, whatever the reason. Nobody knows who wrote what lies
 * in the folder of a run: a pipe there would wait for its writer, and a file may have any length. Throws nothing.
 */
export async function readText(file: string, maxBytes: number): Promise<string | undefined> {
  try {
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    await using closing = { [Symbol.asyncDispose]: () => handle.close() };
    void closing;
    const stats = await handle.stat();
    return stats.isFile() && stats.size <= maxBytes ? await handle.readFile('utf8') : undefined;
  } catch {
    // Callers do without it.
    return undefined;
  }
}
