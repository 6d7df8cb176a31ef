import { fileURLToPath } from 'node:url';

/** Path of a script as the engine names it, with forward slashes; `node:…` and other schemes stay. Empty for code without a file. */
export function pathOfUrl(url: string): string {
  if (!url.startsWith('file:')) return url.replaceAll('\\', '/');
  try {
    return fileURLToPath(url).replaceAll('\\', '/');
  } catch {
    // A name of the program's own making.
    return url;
  }
}

/**
 * Whether a file is the program's own: below its root, in no installed package, and no part of the hook, whose frames stand between the program's.
 * A traced project may hold the hook.
 */
export function isOwnCode(root: string, hookFolder: string): (file: string) => boolean {
  const below = root.endsWith('/') ? root : `${root}/`;
  const isHook = isHookCode(hookFolder);
  return (file) => file.startsWith(below) && !file.includes('/node_modules/') && !isHook(file);
}

/** Whether a file is part of the hook. */
export function isHookCode(hookFolder: string): (file: string) => boolean {
  const hook = `${hookFolder.replaceAll('\\', '/')}/hook`;
  return (file) => file.startsWith(hook);
}
