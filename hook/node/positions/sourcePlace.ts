/** Places in files that a tool compiled, while Node shows stacks by their source maps. */
import { readFileSync } from 'node:fs';
import { findSourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { ChangedFile, ChangedFiles } from './changedFiles.ts';
import type { CrashPlace } from './crashExcerpt.ts';
import type { PlacedFrame } from './stackText.ts';

/** Whether there are such places. */
export function showsSources(files: ChangedFiles): boolean {
  return process.sourceMapsEnabled && files.hasCompiled;
}

/** The source of a place in what was compiled from it, as Node finds it; the same place when there is none. Line and column from 1. */
export function mappedPlace(file: ChangedFile, line: number, column: number): CrashPlace {
  const entry: Readonly<Record<string, unknown>> = { ...findSourceMap(file.name)?.findEntry(line - 1, column - 1) };
  const { originalSource, originalLine, originalColumn } = entry;
  if (typeof originalSource !== 'string' || typeof originalLine !== 'number' || typeof originalColumn !== 'number')
    return { file, line, column };
  const name = pathOf(originalSource);
  return {
    file: { name, text: () => readSource(name) ?? '' },
    line: originalLine + 1,
    column: originalColumn + 1,
  };
}

/**
 * Where Node would point in the source if nothing had been inserted into what was compiled from it; `undefined` where that cannot be known.
 * Read from the file, as the frame names it.
 */
export function sourcePlace({ file, line, column }: PlacedFrame, isRejection: boolean): CrashPlace | undefined {
  const text = readSource(file);
  const row = text?.split(/\r\n|[\n\r\u2028\u2029]/)[line - 1];
  if (text === undefined || row === undefined) return undefined;
  const place = { file: { name: file, text: () => text }, line };
  if (isRejection) return { ...place, column };
  const thrown = columnOfThrow(row, column);
  return thrown === undefined ? undefined : { ...place, column: thrown };
}

/** V8 points at the `throw`, the stack at the `new` behind it; from 1. */
function columnOfThrow(row: string, column: number): number | undefined {
  const isMaker = /^(?:new\b|[\w$.]*Error\()/.test(row.slice(column - 1));
  // Nothing made it here in so many words: the engine did, where it was thrown.
  if (!isMaker) return column;
  const before = /\bthrow\s+$/.exec(row.slice(0, column - 1));
  return before === null ? undefined : before.index + 1;
}

/** Path of a file as stacks name it. */
export function pathOf(file: string): string {
  return file.startsWith('file:') ? fileURLToPath(file) : file;
}

function readSource(file: string): string | undefined {
  try {
    return readFileSync(pathOf(file), 'utf8');
  } catch {
    // A source that is not here: Node has its text from the map.
    return undefined;
  }
}
