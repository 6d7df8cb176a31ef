import { stat } from 'node:fs/promises';

/** When a file was last written, ms since 1970; 0 when there is none. Throws nothing. */
export function changedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    // Removed in between.
    () => 0,
  );
}
