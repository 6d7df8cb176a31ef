import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { FilePath } from '#analysis/finding.ts';

/** Absolute path with forward slashes. Relative paths start at `folder`. */
export function toFilePath(folder: string, written: string): FilePath {
  return withSlashes(path.resolve(folder, written));
}

/** A path below `folder` without the folder, `../…` for one beside it; '' for the folder itself. Forward slashes. */
export function relativePath(folder: FilePath, file: FilePath): string {
  return withSlashes(path.relative(folder, file));
}

/** Whether a path is the folder or below it. */
export function isWithin(folder: FilePath, file: FilePath): boolean {
  return file === folder || file.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

export function parentOf(file: FilePath): FilePath {
  return withSlashes(path.dirname(file));
}

export function nameOf(file: FilePath): string {
  return path.posix.basename(file);
}

/** The folder and all above it, nearest first. */
export function* upward(folder: FilePath): Iterable<FilePath> {
  for (let current = folder; ; current = parentOf(current)) {
    yield current;
    if (parentOf(current) === current) return;
  }
}

/** Path without symbolic links; `undefined` when nothing is there, or links go in a circle. */
export async function realPath(file: FilePath): Promise<FilePath | undefined> {
  try {
    return withSlashes(await realpath(file));
  } catch {
    // Dangling links, circles and missing rights all mean the same to the caller: there is nothing to read.
    return undefined;
  }
}

function withSlashes(written: string): FilePath {
  return path.sep === '\\' ? written.replaceAll('\\', '/') : written;
}
