import type { FilePath } from '../../../finding.ts';
import type { ProjectSource } from '../engine.ts';

/** Whether a file of a program is the project's own source: no declaration file, no dependency, no library file. */
export function isOwnSource(file: FilePath): boolean {
  return (
    /\.[cm]?[jt]sx?$/.test(file) &&
    !/\.d\.([^/]+\.)?[cm]?ts$/.test(file) &&
    !file.includes('/node_modules/') &&
    !file.startsWith('bundled:')
  );
}

/** Like `isOwnSource`; files that were named one by one are own wherever they lie, even inside a package. */
export function ownSourcesOf(source: ProjectSource): (file: FilePath) => boolean {
  if (source.kind === 'tsconfig') return isOwnSource;
  const named = new Set(source.files);
  return (file) => named.has(file) || isOwnSource(file);
}
