import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** A Node process that may be looked into. */
export interface NodeProcess {
  readonly pid: number;
  /** Its command line, words joined by blanks; only the program's name on Windows. */
  readonly command: string;
}

const run = promisify(execFile);
const listingMs = 10_000;

/** Node processes of this user, newest first. Empty where the system does not tell. */
export async function nodeProcesses(): Promise<readonly NodeProcess[]> {
  const all = await systemProcesses().catch(() => {
    // No such program, or not for us: a process can still be named by its id.
    return [];
  });
  return all.filter(({ pid }) => pid !== process.pid).toSorted((a, b) => b.pid - a.pid);
}

async function systemProcesses(): Promise<readonly NodeProcess[]> {
  const options = { timeout: listingMs, windowsHide: true, maxBuffer: 16 * 1024 * 1024 };
  if (process.platform === 'linux') return linuxProcesses();
  if (process.platform === 'win32')
    return parseTasklist(
      (await run('tasklist', ['/fi', 'imagename eq node.exe', '/fo', 'csv', '/nh'], options)).stdout,
    );
  const user = String(process.getuid?.() ?? '');
  return parsePs((await run('ps', ['-x', '-U', user, '-o', 'pid=,command='], options)).stdout);
}

async function linuxProcesses(): Promise<readonly NodeProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map(linuxProcess));
  return found.filter((each) => each !== undefined);
}

/** Of another user, ended meanwhile, or not Node: `undefined`. */
async function linuxProcess(pid: number): Promise<NodeProcess | undefined> {
  try {
    const folder = `/proc/${pid}`;
    if ((await stat(folder)).uid !== process.getuid?.()) return undefined;
    const program = path.basename((await readlink(`${folder}/exe`)).replace(/ \(deleted\)$/, ''));
    if (!isNode(program)) return undefined;
    const words = (await readFile(`${folder}/cmdline`, 'utf8')).split('\0');
    return { pid, command: words.join(' ').trim() };
  } catch {
    // Not ours to read, or ended meanwhile.
    return undefined;
  }
}

/** Lines of `ps -o pid=,command=`. */
export function parsePs(text: string): readonly NodeProcess[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, command = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid !== undefined && isNode(path.basename(command.split(' ')[0] ?? ''))
      ? [{ pid: Number(pid), command }]
      : [];
  });
}

/** Lines of `tasklist /fo csv /nh`. */
export function parseTasklist(text: string): readonly NodeProcess[] {
  return text.split('\n').flatMap((line) => {
    const [, command = '', pid] = /^"([^"]*)","(\d+)"/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), command }];
  });
}

function isNode(program: string): boolean {
  return /^node(?:js)?[\d.-]*$/.test(program);
}
