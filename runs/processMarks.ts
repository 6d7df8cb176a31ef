import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { runFolder, type ProcessMark } from '#protocol/runFolder.ts';
import { readText } from './readText.ts';

const maxBytes = 4096;
/** More processes than are ever traced. */
const maxMarks = 4096;

/** Ids of the traced processes of a run, ended or not. Empty when there is no such folder. */
export async function tracedProcesses(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch(() => {
    // The folder may be gone already; then there is nobody.
    return [];
  });
  const pids = names.flatMap((name) => {
    const [, pid] = /^(\d{1,10})\.process$/.exec(name) ?? [];
    return pid === undefined ? [] : [Number(pid)];
  });
  return pids.slice(0, maxMarks);
}

/** Where a traced process listens. */
export type ProcessAddress = Required<ProcessMark>;

/** `undefined` while the process does not listen, and for a mark that is being written or is none of ours. Throws nothing. */
export async function addressOf(folder: string, pid: number): Promise<ProcessAddress | undefined> {
  const text = await readText(markOf(folder, pid), maxBytes);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isAddress(value) ? { pid, socket: value.socket, token: value.token } : undefined;
  } catch {
    // The next look reads it again.
    return undefined;
  }
}

/** Whether the process that left the mark listens still: another one with its id has no socket of that name. Throws nothing. */
export async function listens(folder: string, pid: number): Promise<boolean> {
  const address = await addressOf(folder, pid);
  if (address === undefined) return false;
  if (process.platform === 'win32') return true;
  return stat(address.socket).then(
    (found) => found.isSocket(),
    // It has ended, and its socket went with it.
    () => false,
  );
}

/** Path of the mark of a process. */
export function markOf(folder: string, pid: number): string {
  return path.join(folder, `${pid}${runFolder.processExtension}`);
}

/** Whether there is a process of that number. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function isAddress(value: unknown): value is { readonly socket: string; readonly token: string } {
  if (typeof value !== 'object' || value === null || !('socket' in value) || !('token' in value)) return false;
  return typeof value.token === 'string' && typeof value.socket === 'string' && isSocketOfOurs(value.socket);
}

/** A folder that came with somebody's project must not make us call other programs, or on Windows other machines. */
function isSocketOfOurs(address: string): boolean {
  if (process.platform === 'win32') return /^\\\\\.\\pipe\\rubato-\d+-[\da-f]+$/.test(address);
  return /^\/.*\/\d+-[\da-f]+\.sock$/.test(address);
}
