import { posix } from 'node:path';
import { layers } from '#scripts/layers.ts';

/** Every tsconfig whose references differ from the table of layers, as one line of text each. `read` yields a tsconfig's data. */
export function checkReferences(read: (file: string) => unknown): readonly string[] {
  const all = Object.values(layers).map((layer) => layer.folder);
  const expected = Object.values(layers).map(
    (layer) => [layer.folder, layer.layers.map((name) => layers[name].folder)] as const,
  );
  return [['.', all] as const, ...expected].flatMap(([folder, folders]) => check(folder, folders, read));
}

function check(folder: string, expected: readonly string[], read: (file: string) => unknown): readonly string[] {
  const file = posix.join(folder, 'tsconfig.json');
  const actual = listed(referencesOf(read(file)).map((path) => posix.join(folder, path)));
  const wanted = listed(expected);
  return actual === wanted ? [] : [`${file} refers to ${actual}, the table says ${wanted}`];
}

function listed(folders: readonly string[]): string {
  return folders.length === 0 ? 'nothing' : folders.toSorted().join(', ');
}

function referencesOf(tsconfig: unknown): readonly string[] {
  if (typeof tsconfig !== 'object' || tsconfig === null || !('references' in tsconfig)) return [];
  return Array.isArray(tsconfig.references)
    ? tsconfig.references.map((reference: { path: string }) => reference.path)
    : [];
}
