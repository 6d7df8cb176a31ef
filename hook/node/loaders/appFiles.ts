/** Which files are the program's own. */
import { realpathSync } from 'node:fs';
import type { HookSettings } from '#protocol/hookSettings.ts';

/**
 * Whether a file is transformed: it lies below the root, by its own path or that of the root behind symbolic links, and not in a `node_modules`
 * (unless libraries are wanted). A package of the workspace that is linked into `node_modules` counts as what it is linked to.
 * @returns a function of an absolute path with native slashes
 */
export function appFiles({ root, libraries }: HookSettings): (path: string) => boolean {
  const roots = [...new Set([root, forwardSlashes(realPath(root))])].map((each) => each.replace(/\/*$/, '/'));
  const isBelow = (path: string): boolean => {
    const base = roots.find((each) => path.startsWith(each));
    return base !== undefined && (libraries || !path.includes('/node_modules/', base.length - 1));
  };
  return (path) => {
    const plain = forwardSlashes(path);
    if (isBelow(plain)) return true;
    // Node resolves links itself, unless it was told not to.
    return plain.includes('/node_modules/') && keepsLinks() && isBelow(forwardSlashes(realPath(path)));
  };
}

function keepsLinks(): boolean {
  return [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((flag) => flag.includes('--preserve-symlinks'));
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function forwardSlashes(path: string): string {
  return path.includes('\\') ? path.replaceAll('\\', '/') : path;
}
