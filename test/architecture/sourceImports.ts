import { globSync, readFileSync } from 'node:fs';
import { ts } from 'ts-morph';
import { layers } from '#scripts/layers.ts';

/** What a source file imports. */
export interface SourceImports {
  /** Path from the root of the repository, forward slashes. */
  readonly file: string;
  /** Module specifiers as written, of static, dynamic and type imports alike. */
  readonly imports: readonly string[];
}

/** Imports of every source file, in the order of `sourceFiles`. */
export function sourceImports(): readonly SourceImports[] {
  return sourceFiles().map((file) => ({ file, imports: importsOf(readFileSync(file, 'utf8')) }));
}

/** Every source file of every layer, sorted; paths from the root of the repository. */
export function sourceFiles(): readonly string[] {
  const folders = Object.values(layers).map((layer) => layer.folder);
  const files = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { exclude: ['**/fixtures/**'] }));
  return files.map((file) => file.replaceAll('\\', '/')).toSorted();
}

/** TypeScript's own scanner, because rules carry programs with imports in their example strings. */
export function importsOf(text: string): readonly string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map((reference) => reference.fileName);
}

/** Whether a file does nothing but re-export: it hides where things live, and importing one of them loads them all. */
export function isBarrel(text: string): boolean {
  const code = text.replaceAll(/\/\*.*?\*\/|\/\/[^\n]*/gs, '').trim();
  return /^(export\s+(type\s+)?(\*(\s+as\s+\w+)?|\{[^}]*\})\s+from\s+['"][^'"]+['"];?\s*)+$/.test(code);
}
