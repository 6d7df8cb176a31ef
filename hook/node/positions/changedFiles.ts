/** What this thread's loaders changed: the way back from a place in changed text to the place in the author's text. */
import { pathToFileURL } from 'node:url';
import { originalColumn } from '../transform/originalColumn.ts';

/** A module whose text was changed before it was compiled. */
export interface ChangedFile {
  /** Of the site table. */
  readonly id: number;
  /** As V8 names the script: a path for CommonJS, a URL for ES modules. */
  readonly name: string;
  readonly format: 'module' | 'commonjs';
  /** Whether a source map leads from it to what its author wrote. */
  readonly isCompiled: boolean;
  /** See `Insertions`. */
  readonly spans: Int32Array;
  /** How to get the text that would have been compiled; reads the file again, since keeping all texts would double what modules weigh. */
  readonly text: () => string;
}

export interface ChangedFiles {
  remember(file: ChangedFile): void;
  /** It was compiled as its author wrote it after all. */
  forget(name: string): void;
  /** By the script's name; `undefined` for text that is as its author wrote it. */
  find(name: string | null | undefined): ChangedFile | undefined;
  withId(id: number): ChangedFile | undefined;
  /** Whether one of them has a source map. */
  readonly hasCompiled: boolean;
}

export function changedFiles(): ChangedFiles {
  const byName = new Map<string, ChangedFile>();
  const byId = new Map<number, ChangedFile>();
  let hasCompiled = false;
  return {
    get hasCompiled() {
      return hasCompiled;
    },
    remember(file) {
      hasCompiled ||= file.isCompiled;
      byName.set(file.name, file);
      byId.set(file.id, file);
    },
    forget: (name) => void byName.delete(name),
    find: (name) => (typeof name === 'string' ? byName.get(name) : undefined),
    withId: (id) => byId.get(id),
  };
}

/** Column in the author's text; all numbers from 1, as in stacks. */
export function authoredColumn({ spans }: ChangedFile, line: number, column: number): number {
  return originalColumn(spans, line, column - 1) + 1;
}

/** Whether something was inserted into that line (from 1). */
export function isChangedLine({ spans }: ChangedFile, line: number): boolean {
  for (let at = 0; at < spans.length; at += 3) {
    const spanLine = spans[at] ?? 0;
    if (spanLine >= line) return spanLine === line;
  }
  return false;
}

/** Code units inserted before a place of the changed text (line from 1, column from 0). */
export function insertedBefore({ spans }: ChangedFile, line: number, column: number): number {
  let inserted = 0;
  for (let at = 0; at < spans.length; at += 3) {
    const spanLine = spans[at] ?? 0;
    if (spanLine > line || (spanLine === line && (spans[at + 1] ?? 0) >= column)) break;
    inserted += spans[at + 2] ?? 0;
  }
  return inserted;
}

/** `HookContext.originalPosition` for these files. */
export function originalPositionIn(
  files: ChangedFiles,
): (file: string, line: number, column: number) => { readonly line: number; readonly column: number } {
  return (name, line, column) => {
    const file = files.find(name) ?? files.find(otherName(name));
    return { line, column: file === undefined ? column : authoredColumn(file, line, column) };
  };
}

/** Callers have paths of ES modules, too. */
function otherName(name: string): string | undefined {
  return name.startsWith('file:') || name.startsWith('node:') ? undefined : pathToFileURL(name).href;
}
