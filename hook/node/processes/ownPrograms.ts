import { join } from 'node:path';

/** Programs of the hook, by their names in dist/. */
type OwnProgram = 'hook' | 'hook-main' | 'hook-parsing' | 'hook-worker';

/** Absolute path of a program of the hook. All are in one folder. */
export function ownProgram(name: OwnProgram): string {
  return join(__dirname, `${name}.cjs`);
}

/** All of them, as stacks name them. */
export function ownPrograms(): ReadonlySet<string> {
  const names: readonly OwnProgram[] = ['hook', 'hook-main', 'hook-parsing', 'hook-worker'];
  return new Set(names.map(ownProgram));
}
