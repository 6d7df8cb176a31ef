import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import type { FilePath } from '#analysis/finding.ts';
import { nameOf, parentOf, toFilePath } from './paths.ts';

/** A new text for a file. Both without byte order mark; one that the file has is kept. */
export interface FileRewrite {
  readonly file: FilePath;
  /** What was read: the file must still hold it. */
  readonly oldText: string;
  readonly newText: string;
}

/**
 * Replaces the content of a file in one step: readers see the old or the new text, never a part, also when we are killed.
 * Returns why it was not written, or `undefined`.
 */
export async function writeAtomically({ file, oldText, newText }: FileRewrite): Promise<string | undefined> {
  const draft = toFilePath(parentOf(file), `.${nameOf(file)}.${randomUUID()}.tmp`);
  try {
    const { mode } = await stat(file);
    // Renaming over it would work, but who took the right to write away meant it.
    if ((mode & 0o222) === 0) return 'is read-only';
    const current = await readFile(file, 'utf8');
    const mark = current.startsWith('\uFEFF') ? '\uFEFF' : '';
    if (current !== mark + oldText) return 'has changed since it was read';
    await writeFile(draft, mark + newText, { mode, flag: 'wx' });
    await rename(draft, file);
    return undefined;
  } catch (error) {
    await rm(draft, { force: true });
    return `cannot be written: ${error instanceof Error ? error.message : String(error)}`;
  }
}
