/** File access for a compiler in this process. */
import fs from 'node:fs';
import type { HostEntry, SourceHost } from '#analysis/frontends/typescript/engine.ts';

/** Nothing a person writes is larger; a compiler that meets a bigger file in `node_modules` does without it. */
const MAX_BYTES = 16 * 1024 * 1024;

/** @param hidden absolute paths that are treated as missing */
export function sourceHost(hidden: ReadonlySet<string>): SourceHost {
  return {
    isCaseSensitive: process.platform !== 'win32' && process.platform !== 'darwin',
    currentDirectory: forward(process.cwd()),
    readFile: (file) => (isReadable(file, hidden) ? withoutMark(fs.readFileSync(file, 'utf8')) : undefined),
    fileExists: (file) => isReadable(file, hidden),
    directoryExists: (directory) => fs.statSync(directory, { throwIfNoEntry: false })?.isDirectory() ?? false,
    readDirectory,
    realpath: (path) => (fs.existsSync(path) ? forward(fs.realpathSync(path)) : path),
  };
}

function isReadable(file: string, hidden: ReadonlySet<string>): boolean {
  if (hidden.has(file)) return false;
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && stat.isFile() && stat.size <= MAX_BYTES;
}

function readDirectory(directory: string): HostEntry[] {
  try {
    return fs.readdirSync(directory, { withFileTypes: true }).map((entry) => ({
      path: `${directory.endsWith('/') ? directory.slice(0, -1) : directory}/${entry.name}`,
      kind: kindOf(entry),
    }));
  } catch {
    // A folder without read permission, or gone meanwhile, has no files for us.
    return [];
  }
}

function kindOf(entry: fs.Dirent): HostEntry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function forward(path: string): string {
  return path.replaceAll('\\', '/');
}
