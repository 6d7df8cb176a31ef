import { execFile } from 'node:child_process';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '#workspace/userError.ts';
import { isTaken, linuxProcess, listeningSockets, notPermitted } from './linuxProcess.ts';
import { textOf } from './unknownFields.ts';
import type { Address } from './webSocket.ts';

/** The inspector of a process, open. */
export interface Inspector {
  readonly at: Address;
  /** Of the WebSocket; holds Node's random id. */
  readonly path: string;
  /** The process's number as it sees it itself, to make sure that the right one answers. */
  readonly ownPid: number;
  /** It was closed before; who opened it closes it. */
  readonly isOurs: boolean;
}

/**
 * Finds the open inspector of a Node process, or opens it with SIGUSR1.
 * @throws UserError with what stands in the way
 */
export async function openInspector(pid: number, signal: AbortSignal): Promise<Inspector> {
  demandSignalRight(pid);
  return process.platform === 'linux' ? openOnLinux(pid, signal) : openElsewhere(pid, signal);
}

function demandSignalRight(pid: number): void {
  if (pid === process.pid) throw new UserError('This command cannot look into itself');
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EPERM') throw notPermitted(pid);
    throw new UserError(`There is no process ${pid}`);
  }
}

async function openOnLinux(pid: number, signal: AbortSignal): Promise<Inspector> {
  const { ownPid, inspectorPort, isInspected, catchesSigusr1 } = await linuxProcess(pid);
  const before = await listeningSockets(pid);
  // With `--inspect=0` it may be any; the inspector opens before the program can listen, and so comes first.
  const mayBeOpen = before.filter(({ port }) => port === inspectorPort || (isInspected && inspectorPort === 0));
  const open = await answering(mayBeOpen);
  if (open !== undefined) return { ...open, ownPid, isOurs: false };
  if (!catchesSigusr1)
    throw new UserError(
      `Process ${pid} does not listen to SIGUSR1 (--disable-sigusr1 or --permission): start it with --inspect to look into it`,
    );
  if (inspectorPort !== 0 && (await isTaken(inspectorPort, pid))) throw new UserError(portTaken(pid, inspectorPort));
  process.kill(pid, 'SIGUSR1');
  const known = new Set(before.map(keyOf));
  const opened = await pollFor(signal, async () => {
    demandAlive(pid);
    const mayBe = (await listeningSockets(pid)).filter(({ port }) => inspectorPort === 0 || port === inspectorPort);
    return answering(mayBe.filter((each) => !known.has(keyOf(each))));
  });
  if (opened !== undefined) return { ...opened, ownPid, isOurs: true };
  throw new UserError(notOpened(pid));
}

function keyOf({ host, port }: Address): string {
  return `${host}:${port}`;
}

/** Without a list of sockets: the default port, and who answers there must prove to be the right one. */
async function openElsewhere(pid: number, signal: AbortSignal): Promise<Inspector> {
  await demandNodeByName(pid);
  const usual = [{ host: '127.0.0.1', port: 9229 }];
  const open = await answering(usual);
  if (open !== undefined) return { ...open, ownPid: pid, isOurs: false };
  sendOpenRequest(pid);
  const opened = await pollFor(signal, () => answering(usual));
  if (opened === undefined) throw new UserError(notOpened(pid));
  return { ...opened, ownPid: pid, isOurs: true };
}

/** On Windows there is no SIGUSR1; Node's own way there refuses processes that are not Node. */
function sendOpenRequest(pid: number): void {
  if (process.platform !== 'win32') return void process.kill(pid, 'SIGUSR1');
  const open: unknown = Reflect.get(process, '_debugProcess');
  try {
    if (typeof open === 'function') open.call(process, pid);
  } catch {
    throw new UserError(`Process ${pid} is not a Node process, or not open to this user`);
  }
}

/** To others than Node the signal means the end. */
async function demandNodeByName(pid: number): Promise<void> {
  if (process.platform === 'win32') return;
  const { stdout } = await promisify(execFile)('ps', ['-o', 'comm=', '-p', String(pid)]);
  const program = stdout.trim().split('/').at(-1) ?? '';
  if (!/^node(?:js)?[\d.-]*$/.test(program))
    throw new UserError(`Process ${pid} is not a Node process: it runs ${program}`);
}

function portTaken(pid: number, port: number): string {
  return (
    `Node would open the inspector of process ${pid} on port ${port}, which another process has taken: ` +
    'end that one, or wait until it has closed its own inspector'
  );
}

function notOpened(pid: number): string {
  return (
    `Process ${pid} got SIGUSR1 and opened no inspector within ${openMs / 1000} s. ` +
    'Either the program handles the signal itself, or its event loop is blocked (then the inspector opens once it runs again), ' +
    'or it may not open it (--permission). Start it with --inspect, or look at it with `rubato run`'
  );
}

function demandAlive(pid: number): void {
  try {
    process.kill(pid, 0);
  } catch {
    throw new UserError(`Process ${pid} ended when it got SIGUSR1, which opens the inspector of Node`);
  }
}

/** How long the program may take to open its inspector. It does so between two steps of its event loop. */
const openMs = 3000;
const pollMs = 20;

async function pollFor<Found>(signal: AbortSignal, look: () => Promise<Found | undefined>): Promise<Found | undefined> {
  const deadline = performance.now() + openMs;
  while (performance.now() < deadline && !signal.aborted) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(pollMs);
  }
  return undefined;
}

/** The first of these that answers as an inspector. */
async function answering(addresses: readonly Address[]): Promise<Pick<Inspector, 'at' | 'path'> | undefined> {
  for (const at of addresses) {
    const path = await inspectorPath(at);
    if (path !== undefined) return { at, path };
  }
  return undefined;
}

/** Asks for the list of targets; `undefined` when no inspector answers. */
async function inspectorPath(at: Address): Promise<string | undefined> {
  try {
    const targets: unknown = JSON.parse(await getText(at, '/json/list'));
    const url = Array.isArray(targets) ? textOf(targets[0], 'webSocketDebuggerUrl') : undefined;
    return url === undefined ? undefined : new URL(url).pathname;
  } catch {
    // Nobody there, or somebody else: the caller looks on.
    return undefined;
  }
}

async function getText(at: Address, path: string): Promise<string> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = get({ ...at, path, timeout: 2000, agent: false }, resolve);
    asked.once('timeout', () => asked.destroy(new Error('no answer'))).once('error', reject);
  });
  return text(response);
}
