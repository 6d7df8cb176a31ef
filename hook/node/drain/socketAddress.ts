import { chmodSync, closeSync, lstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

export interface SocketAddress {
  /** Path of a Unix socket, or a named pipe. */
  readonly path: string;
  /** 128 random bits, hexadecimal. */
  readonly token: string;
}

/** How sockets in the private folder end. */
export const socketExtension = '.sock';

/** A Unix socket's path may have 104 bytes on macOS and 108 on Linux. */
const longestPath = 100;

/**
 * A new address for this process, in the first of these folders that is ours alone; a named pipe on Windows. Nothing listens there yet.
 * `undefined` when no folder will do.
 */
export function newSocketAddress(folders: readonly string[]): SocketAddress | undefined {
  const token = randomHex(16);
  const name = `${process.pid}-${randomHex(4)}`;
  if (process.platform === 'win32') return { path: `\\\\.\\pipe\\rubato-${name}`, token };
  for (const folder of folders) {
    const path = join(folder, `${name}${socketExtension}`);
    if (Buffer.byteLength(path) <= longestPath && isPrivate(folder)) return { path, token };
  }
  return undefined;
}

/** Makes the folder when there is none. Whatever umask it was made under, nobody else may enter it. */
function isPrivate(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const found = lstatSync(folder);
    if (!found.isDirectory() || found.uid !== process.getuid?.()) return false;
    if ((found.mode & 0o077) !== 0) chmodSync(folder, 0o700);
    return true;
  } catch {
    // A file of that name, a read-only place, a folder that belongs to somebody else.
    return false;
  }
}

/** Loading Node's crypto takes 2 to 20 ms of a processor, in each traced process. */
function randomHex(count: number): string {
  const bytes = Buffer.alloc(count);
  if (process.platform === 'win32') globalThis.crypto.getRandomValues(bytes);
  else readRandom(bytes);
  return bytes.toString('hex');
}

function readRandom(bytes: Buffer): void {
  const file = openSync('/dev/urandom', 'r');
  try {
    if (readSync(file, bytes, 0, bytes.length, null) !== bytes.length) throw new Error('No random numbers.');
  } finally {
    closeSync(file);
  }
}
