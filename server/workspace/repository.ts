import { lstat } from 'node:fs/promises';
import type { FilePath } from '#analysis/finding.ts';
import { toFilePath, upward } from './paths.ts';

/** Whether a Git repository or work tree starts in this folder. */
export async function isRepositoryRoot(folder: FilePath): Promise<boolean> {
  const stats = await lstat(toFilePath(folder, '.git')).catch(() => undefined);
  return stats !== undefined;
}

/** Nearest folder, this one or above it, in which a repository starts; `undefined` outside of repositories. */
export async function repositoryRoot(folder: FilePath): Promise<FilePath | undefined> {
  for (const each of upward(folder)) if (await isRepositoryRoot(each)) return each;
  return undefined;
}
