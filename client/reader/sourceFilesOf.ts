import type { TraceModel } from '#trace/model.ts';
import type { Resolve } from '#trace/sourcePlace.ts';

const maxFiles = 5000;

/** Files below the root that something was recorded of, relative to it, sorted. */
export function sourceFilesOf({ places }: TraceModel, resolve: Resolve): readonly string[] {
  const files = new Set<string>();
  for (const { file, line, column } of places) {
    const at = resolve(file, line, column);
    if (at.isInside && files.size < maxFiles) files.add(at.file);
  }
  return [...files].toSorted();
}
