/** Programs that run the scripts of a package.json. */
export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun';

const lockfiles: readonly (readonly [file: string, manager: PackageManager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];

/** What one folder says about the package manager of everything in and below it. */
export interface FolderSigns {
  /** Field `packageManager` of its package.json, such as `pnpm@9.1.0`. */
  readonly packageManager?: string;
  /** Names of its files. */
  readonly files: readonly string[];
}

/** The manager of a package, from its own folder and those above it, nearest first: the first one that says something counts. */
export function packageManagerOf(folders: readonly FolderSigns[]): PackageManager {
  for (const folder of folders) {
    const found = named(folder.packageManager) ?? lockfiles.find(([file]) => folder.files.includes(file))?.[1];
    if (found !== undefined) return found;
  }
  return 'npm';
}

function named(field: string | undefined): PackageManager | undefined {
  const name = field?.split('@')[0];
  return (['npm', 'pnpm', 'yarn', 'bun'] as const).find((each) => each === name);
}

/** Words that run a script of the package in the current folder. */
export function scriptWords(manager: PackageManager, script: string): readonly string[] {
  return [manager, 'run', script];
}
