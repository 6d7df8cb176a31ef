import { access, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageManagerOf, type FolderSigns, type PackageManager } from './packageManager.ts';
import { readManifest, type PackageManifest } from './packageManifest.ts';

/** A folder with a package.json. */
export interface Package {
  /** Absolute. */
  readonly folder: string;
  readonly manifest: PackageManifest;
}

/** The nearest package of a file or folder, at most up to `root`; `undefined` when there is none. */
export async function packageAround(file: string, root: string): Promise<Package | undefined> {
  for (const folder of foldersUp(file, root)) {
    const manifest = await manifestIn(folder);
    if (manifest !== undefined) return { folder, manifest };
  }
  return undefined;
}

/** The package in a folder; `undefined` when there is none. */
export async function packageIn(folder: string): Promise<Package | undefined> {
  const manifest = await manifestIn(folder);
  return manifest === undefined ? undefined : { folder, manifest };
}

/** The manager of a package: signs count up to the root of its repository, which may lie above the opened folder. */
export async function managerOf({ folder }: Package): Promise<PackageManager> {
  const signs: FolderSigns[] = [];
  for (const each of foldersUp(folder)) {
    const files = await namesIn(each);
    const packageManager = files.includes('package.json') ? (await manifestIn(each))?.packageManager : undefined;
    signs.push({ files, ...(packageManager === undefined ? {} : { packageManager }) });
    if (files.includes('.git')) break;
  }
  return packageManagerOf(signs);
}

/** Whether a package is installed where code of this folder would find it. */
export async function isInstalled(name: string, folder: string): Promise<boolean> {
  for (const each of foldersUp(folder)) {
    const found = await access(path.join(each, 'node_modules', name, 'package.json')).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => {
    // Not ours to read: it says nothing.
    return [];
  });
}

async function manifestIn(folder: string): Promise<PackageManifest | undefined> {
  const text = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => {
    // Most folders have none.
    return undefined;
  });
  return text === undefined ? undefined : readManifest(text);
}

/** The folder itself (of a file: its parent is the next one) and those above it, up to `last` or the root of the disk. */
function* foldersUp(from: string, last?: string): Generator<string> {
  for (let folder = from; ; folder = path.dirname(folder)) {
    yield folder;
    if (folder === last || folder === path.dirname(folder)) return;
  }
}
