import type { FilePath } from '../../../finding.ts';

/** Whether a file of a program is the project's own source: no declaration file, no dependency, no library file. */
export function isOwnSource(file: FilePath): boolean {
  return (
    /\.[cm]?[jt]sx?$/.test(file) &&
    !/\.d\.([^/]+\.)?[cm]?ts$/.test(file) &&
    !file.includes('/node_modules/') &&
    !file.startsWith('bundled:')
  );
}
