import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import type { FilePath } from '#analysis/finding.ts';
import { reasonWithin, type IgnoreScope } from './ignoreScopes.ts';
import { limitedMap } from './limitedMap.ts';
import { isWithin, nameOf, realPath, toFilePath } from './paths.ts';
import { sourceKind } from './sourceKinds.ts';

/** Where to look, and what to leave out. */
export interface WalkOptions {
  /** Real path of the folder to walk. */
  readonly folder: FilePath;
  /** Symbolic links are followed inside this folder only: the repository, mostly. */
  readonly top: FilePath;
  /** `undefined`: nothing is left out. */
  readonly scopeOf: ((folder: FilePath) => Promise<IgnoreScope>) | undefined;
}

/** What was found, in no particular order. */
export interface WalkResult {
  /** Real paths of regular files that may hold code, with what their names tell. */
  readonly files: Set<FilePath>;
  /** Entries that have the name of code and are none, with the reason. */
  readonly odd: Map<FilePath, string>;
}

interface Walk extends WalkOptions, WalkResult {
  readonly seen: Set<FilePath>;
}

/** Finds files of code below a folder. Each real folder is entered once, so circles of links end. Throws nothing. */
export async function walkFolders(options: WalkOptions): Promise<WalkResult> {
  const walk: Walk = { ...options, files: new Set(), odd: new Map(), seen: new Set([options.folder]) };
  let level: readonly FilePath[] = [options.folder];
  while (level.length > 0) level = (await limitedMap(level, 16, (folder) => readFolder(walk, folder))).flat();
  return walk;
}

/** Notes the files of a folder; returns the folders to enter next. */
async function readFolder(walk: Walk, folder: FilePath): Promise<readonly FilePath[]> {
  const scope = await walk.scopeOf?.(folder);
  const next: FilePath[] = [];
  for (const entry of await entriesOf(walk, folder)) {
    const path = toFilePath(folder, entry.name);
    if (entry.isSymbolicLink()) next.push(...(await followLink(walk, path)));
    else if (isLeftOut(scope, path, entry.isDirectory() ? 'folder' : 'file')) continue;
    else if (entry.isDirectory()) next.push(...enter(walk, path));
    else noteFile(walk, path, entry.isFile());
  }
  return next;
}

/** Even without ignore rules nobody means the repository's own data and other people's packages. */
function isLeftOut(scope: IgnoreScope | undefined, path: FilePath, kind: 'file' | 'folder'): boolean {
  if (scope !== undefined) return scope.reason(path, kind) !== undefined;
  return kind === 'folder' && ['.git', 'node_modules'].includes(nameOf(path));
}

async function entriesOf(walk: Walk, folder: FilePath): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    walk.odd.set(
      folder,
      `cannot be read: ${error instanceof Error ? error.message.replace(/, scandir '.*$/s, '') : String(error)}`,
    );
    return [];
  }
}

function enter(walk: Walk, folder: FilePath): readonly FilePath[] {
  if (walk.seen.has(folder)) return [];
  walk.seen.add(folder);
  return [folder];
}

function noteFile(walk: Walk, file: FilePath, isRegular: boolean): void {
  if (sourceKind(file) === 'other') return;
  if (isRegular) walk.files.add(file);
  else walk.odd.set(file, 'is not a regular file');
}

/** Judged under its real path, so that no file is judged twice and reports name the file that has to be changed. */
async function followLink(walk: Walk, link: FilePath): Promise<readonly FilePath[]> {
  const target = await realPath(link);
  const stats = target === undefined ? undefined : await stat(target).catch(() => undefined);
  if (target === undefined || stats === undefined) return noteOddLink(walk, link, 'is a symbolic link to nothing');
  if (!stats.isDirectory() && sourceKind(target) === 'other') return [];
  if (!isWithin(walk.top, target))
    return noteOddLink(walk, link, 'is a symbolic link that leads outside of the repository');
  if (walk.scopeOf !== undefined && (await reasonWithin(walk.scopeOf, walk.top, target)) !== undefined) return [];
  if (stats.isDirectory()) return enter(walk, target);
  noteFile(walk, target, stats.isFile());
  return [];
}

function noteOddLink(walk: Walk, link: FilePath, reason: string): readonly FilePath[] {
  if (sourceKind(link) !== 'other') walk.odd.set(link, reason);
  return [];
}
