import { existsSync, readFileSync } from 'node:fs';

/** A JSON file of the repository as unknown data. */
export function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Paths that the manifest of the extension names (entries, pictures, schemas) and that do not exist. */
export function missingPaths(manifest: unknown): readonly string[] {
  return [...new Set(pathsIn(manifest))].filter((path) => !existsSync(path));
}

function pathsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return isPath(value) ? [value.replace(/\*$/, '')] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}

/** All strings in a JSON value. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** A property of a JSON value; `undefined` when there is none. */
export function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function isPath(text: string): boolean {
  return text.startsWith('./') || /^[\w/-]+\.(png|svg|json|md)$/.test(text);
}
