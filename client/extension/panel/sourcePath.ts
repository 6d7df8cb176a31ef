import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** Where a place of a trace leads. A trace may come from anybody, so only what lies in the workspace is opened unasked. */
export type SourcePath =
  /** A file that lies in a workspace folder, also when links are followed. Absolute. */
  | { readonly kind: 'inside'; readonly path: string }
  /** A file elsewhere: to be asked for. Absolute, links followed. */
  | { readonly kind: 'outside'; readonly path: string }
  /** The trace names a file that is not there. */
  | { readonly kind: 'missing' }
  /** What the trace names is no path below its root. */
  | { readonly kind: 'unknown' };

/** `file`: as in `PanelPlace.file`. `root`: folder it is relative to; `folders`: the workspace's, all absolute. Throws nothing. */
export async function sourcePath(
  file: string,
  { root, folders }: { readonly root: string; readonly folders: readonly string[] },
): Promise<SourcePath> {
  if (!isRelativePath(file)) return { kind: 'unknown' };
  try {
    const real = await realpath(path.resolve(root, file));
    // Opening a pipe or a device would never end.
    if (!(await stat(real)).isFile()) return { kind: 'missing' };
    const reals = await Promise.all(folders.map((folder) => realFolder(folder)));
    const isInside = reals.some((folder) => folder !== undefined && isBelow(real, folder));
    return { kind: isInside ? 'inside' : 'outside', path: real };
  } catch {
    // Not there, not readable, or a circle of links.
    return { kind: 'missing' };
  }
}

async function realFolder(folder: string): Promise<string | undefined> {
  try {
    return await realpath(folder);
  } catch {
    // Not there any more: nothing lies in it.
    return undefined;
  }
}

/** Whether a path lies in a folder or is the folder; both absolute. */
export function isBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** No absolute path of any system, no address, nothing that climbs, and not the short form of a path outside of the root. */
function isRelativePath(file: string): boolean {
  if (file === '' || file.includes('\0') || /^[/\\…]/.test(file) || /^[a-z][a-z\d+.-]*:/i.test(file)) return false;
  return !file.split(/[/\\]/).includes('..');
}
