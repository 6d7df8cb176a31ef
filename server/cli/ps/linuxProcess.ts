import { readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '#workspace/userError.ts';
import type { Address } from './webSocket.ts';

/** What Linux tells about a process that could be a Node program. */
export interface LinuxProcess {
  /** Its number as it sees it itself: another one inside a container. */
  readonly ownPid: number;
  /** Port that Node opens its inspector on; 0 for any free one. */
  readonly inspectorPort: number;
  /** Whether it was started with its inspector open. */
  readonly isInspected: boolean;
  /** Whether SIGUSR1 is caught at all. Where it is not, the signal would end the process or wait for ever. */
  readonly catchesSigusr1: boolean;
}

/** @throws UserError when there is no such process, or it cannot be one to look into; it was not touched then */
export async function linuxProcess(pid: number): Promise<LinuxProcess> {
  const status = await readStatus(pid);
  const state = statusField(status, 'State');
  if (/^[ZX]/.test(state)) throw new UserError(`Process ${pid} has ended`);
  const group = Number(statusField(status, 'Tgid'));
  if (group !== pid) throw new UserError(`${pid} is a thread of process ${group}: run \`rubato ps ${group}\``);
  await demandNode(pid);
  if (state.startsWith('T')) throw new UserError(`Process ${pid} is stopped; continue it first: kill -CONT ${pid}`);
  await demandSameNetwork(pid);
  return {
    ownPid: Number(statusField(status, 'NSpid').split(/\s+/).at(-1) ?? pid),
    ...(await inspectorOptions(pid)),
    catchesSigusr1: (BigInt(`0x${statusField(status, 'SigCgt')}`) & sigusr1) !== 0n,
  };
}

/** Bit of signal 10. */
const sigusr1 = 1n << 9n;

async function readStatus(pid: number): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/status`, 'utf8');
  } catch {
    throw new UserError(`There is no process ${pid}`);
  }
}

function statusField(status: string, name: string): string {
  return new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
}

async function demandNode(pid: number): Promise<void> {
  const program = await programOf(pid);
  if (/^node(?:js)?[\d.-]*$/.test(program) || (await threadNames(pid)).includes('SignalInspector')) return;
  if (program === 'bun' || program === 'deno')
    throw new UserError(
      `Process ${pid} runs ${program}, which has no inspector that this command knows; it needs Node`,
    );
  throw new UserError(`Process ${pid} is not a Node process: it runs ${program}`);
}

/** Name of the file that runs, through all links. */
async function programOf(pid: number): Promise<string> {
  try {
    return path.basename((await readlink(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, ''));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') throw notPermitted(pid);
    throw new UserError(`Process ${pid} is a part of the system, not a Node process`);
  }
}

export function notPermitted(pid: number): UserError {
  return new UserError(`Process ${pid} belongs to somebody else: run this as the same user, or with sudo`);
}

/** Node 24 and later name the thread that waits for the signal; so do programs with Node inside. */
async function threadNames(pid: number): Promise<readonly string[]> {
  try {
    const threads = await readdir(`/proc/${pid}/task`);
    const names = threads.map(async (thread) => readFile(`/proc/${pid}/task/${thread}/comm`, 'utf8'));
    return (await Promise.all(names)).map((name) => name.trim());
  } catch {
    // A thread has just ended: the name of the program alone decides.
    return [];
  }
}

/** The inspector listens on the loopback interface of its own container. */
async function demandSameNetwork(pid: number): Promise<void> {
  const network = await networkOf(String(pid));
  if (network === undefined || network === (await networkOf('self'))) return;
  throw new UserError(`Process ${pid} runs in a container with a network of its own: run this inside it`);
}

async function networkOf(pid: string): Promise<string | undefined> {
  try {
    return await readlink(`/proc/${pid}/ns/net`);
  } catch {
    // Not ours to read: taken as the same, and who answers must prove to be the right one.
    return undefined;
  }
}

const defaultPort = 9229;

/** From `--inspect-port` and its kin; what stands last wins. */
async function inspectorOptions(pid: number): Promise<Pick<LinuxProcess, 'inspectorPort' | 'isInspected'>> {
  const words = `${await optionsVariable(pid)} ${(await readLinux(pid, 'cmdline')).replaceAll('\0', ' ')}`;
  const all = Array.from(words.matchAll(/\s--(?:inspect(?:-brk|-wait|-port)?|debug-port)[= ](?:\S*:)?(\d+)/g));
  return {
    inspectorPort: Number(all.at(-1)?.[1] ?? defaultPort),
    isInspected: /\s--inspect(?:-brk|-wait)?[=\s]/.test(words),
  };
}

async function optionsVariable(pid: number): Promise<string> {
  const line = (await readLinux(pid, 'environ')).split('\0').find((each) => each.startsWith('NODE_OPTIONS='));
  return ` ${line?.slice('NODE_OPTIONS='.length) ?? ''}`;
}

async function readLinux(pid: number, name: string): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    // Not ours to read: the defaults hold.
    return '';
  }
}

/** TCP sockets that a process listens on. Empty when it has ended. */
export async function listeningSockets(pid: number): Promise<readonly Address[]> {
  const own = await socketsOf(pid);
  return (await tcpListeners(pid)).flatMap(({ inode, address }) => (own.has(inode) ? [address] : []));
}

/** Whether somebody else listens on a port of this machine. */
export async function isTaken(port: number, pid: number): Promise<boolean> {
  const own = await socketsOf(pid);
  return (await tcpListeners(pid)).some(({ inode, address }) => address.port === port && !own.has(inode));
}

async function socketsOf(pid: number): Promise<ReadonlySet<string>> {
  const handles = await listFolder(`/proc/${pid}/fd`);
  const links = await Promise.all(handles.map(async (handle) => linkOf(`/proc/${pid}/fd/${handle}`)));
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    // The process has ended: it listens on nothing.
    return [];
  }
}

async function linkOf(file: string): Promise<string> {
  try {
    return await readlink(file);
  } catch {
    // Closed meanwhile.
    return '';
  }
}

interface Listener {
  readonly inode: string;
  readonly address: Address;
}

async function tcpListeners(pid: number): Promise<readonly Listener[]> {
  const tables = await Promise.all(['net/tcp', 'net/tcp6'].map(async (table) => readLinux(pid, table)));
  return tables.flatMap((table) =>
    table
      .split('\n')
      .slice(1)
      .flatMap((line) => listenerOf(line.trim().split(/\s+/))),
  );
}

/** State 0A is LISTEN; addresses are hexadecimal words of 32 bits, each in the machine's byte order. */
function listenerOf([, local = '', , state, , , , , , inode = '']: readonly string[]): readonly Listener[] {
  const [host = '', port = ''] = local.split(':');
  if (state !== '0A') return [];
  return [{ inode, address: { host: hostOf(host), port: Number.parseInt(port, 16) } }];
}

function hostOf(hex: string): string {
  if (hex.length === 8) {
    const bytes = Array.from(hex.matchAll(/../g), ([byte]) => Number.parseInt(byte, 16)).toReversed();
    return bytes.every((byte) => byte === 0) ? '127.0.0.1' : bytes.join('.');
  }
  // Of IPv6 only what an inspector is bound to in practice: any address, or the loopback one.
  return '::1';
}
