import type { FilePath } from '#analysis/finding.ts';
import { inspectFile } from '#workspace/inspectFile.ts';
import { isWithin, realPath } from '#workspace/paths.ts';

/**
 * Whether a file that a trace names, and nobody opened, may be read: it lies in the workspace folder, also when links are followed, and a person
 * wrote it. Anybody may have written the trace.
 */
export async function isOwnSource(file: FilePath, folder: FilePath | undefined): Promise<boolean> {
  if (folder === undefined) return false;
  const [real, realFolder] = await Promise.all([realPath(file), realPath(folder)]);
  if (real === undefined || realFolder === undefined || !isWithin(realFolder, real)) return false;
  return (await inspectFile(file)).kind === 'text';
}
