import { access, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { runFolder, type RunManifest } from '#protocol/runFolder.ts';
import type { Run } from './contracts.ts';

/** A program needs this long at most until its hook leaves its mark; a run without marks that is older never began. ms */
const startMs = 15_000;
/** A mark that old is listened at, if ever. ms */
const settledMs = 60_000;
/** Runs of one folder that are looked at, the newest ones. */
const mostRuns = 50;

/** Runs below `root`, in no order; empty when there are none. `now`: ms since 1970. Throws nothing. */
export async function runsIn(root: string, now: number): Promise<readonly Run[]> {
  const runs = path.join(root, runFolder.folder, runFolder.runs);
  // Names begin with their time.
  const names = (await namesIn(runs)).toSorted().slice(-mostRuns);
  const found = await Promise.all(names.map((name) => readRun(path.join(runs, name), now)));
  return found.filter((run) => run !== undefined);
}

/** Name of the newest run below `root`, also of one that has no manifest yet; `undefined` when there is none. Throws nothing. */
export async function newestRun(root: string): Promise<string | undefined> {
  return (await namesIn(path.join(root, runFolder.folder, runFolder.runs))).toSorted().at(-1);
}

/** Those that still run before those that ended; newest first among each. */
export function inOrder(runs: readonly Run[]): readonly Run[] {
  return runs.toSorted((a, b) => Number(b.isAlive) - Number(a.isAlive) || b.manifest.startedAt - a.manifest.startedAt);
}

/** Folder that holds the `.rubato` of a run's file, `<root>/.rubato/runs/<name>/<file>`; `undefined` for another path. */
export function rootOfRunFile(file: string): string | undefined {
  const runs = path.dirname(path.dirname(file));
  const output = path.dirname(runs);
  const isRun = path.basename(runs) === runFolder.runs && path.basename(output) === runFolder.folder;
  return isRun ? path.dirname(output) : undefined;
}

async function readRun(folder: string, now: number): Promise<Run | undefined> {
  const manifest = await readManifest(path.join(folder, runFolder.manifest));
  if (manifest === undefined) return undefined;
  const root = path.resolve(folder, '../../..');
  return { folder, root, manifest, isAlive: await isRunAlive(folder, manifest, now) };
}

async function readManifest(file: string): Promise<RunManifest | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isManifest(value) ? value : undefined;
  } catch {
    // No run of ours, removed in between, or half written: the next look sees more.
    return undefined;
  }
}

function isManifest(value: unknown): value is RunManifest {
  if (typeof value !== 'object' || value === null) return false;
  const { version, ...fields } = {
    version: 0,
    startedAt: '',
    endedAt: 0,
    exitCode: 0,
    signal: '',
    command: 0,
    mode: 0,
    ...value,
  };
  const { startedAt, endedAt, exitCode, signal, command, mode } = fields;
  const areNumbers = [startedAt, endedAt, exitCode].every((each) => typeof each === 'number');
  return version === 1 && areNumbers && [signal, command, mode].every((each) => typeof each === 'string');
}

/** Whoever crashed leaves a manifest without an end, so the processes are asked for. */
async function isRunAlive(folder: string, { startedAt, endedAt }: RunManifest, now: number): Promise<boolean> {
  const marks = (await namesIn(folder)).filter((name) => name.endsWith(runFolder.processExtension));
  if (marks.length === 0) return endedAt === undefined && now - startedAt < startMs;
  // What a command left behind goes on, but its run is over; a later process in the same folder begins it anew.
  const lives = await Promise.all(
    marks.map((mark) => isProcessAlive(path.join(folder, mark), { since: endedAt ?? 0, now })),
  );
  return lives.includes(true);
}

async function isProcessAlive(
  mark: string,
  { since, now }: { readonly since: number; readonly now: number },
): Promise<boolean> {
  const pid = Number.parseInt(path.basename(mark), 10);
  if (!(pid > 0) || !answers(pid)) return false;
  try {
    const { mtimeMs } = await stat(mark);
    return mtimeMs > since && (now - mtimeMs < settledMs || (await hasSocket(mark)));
  } catch {
    // Removed in between.
    return false;
  }
}

function answers(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** After a reboot, ids belong to other processes, but sockets are gone. */
async function hasSocket(mark: string): Promise<boolean> {
  const value: unknown = JSON.parse(await readFile(mark, 'utf8'));
  const socket = typeof value === 'object' && value !== null && 'socket' in value ? value.socket : undefined;
  if (typeof socket !== 'string' || process.platform === 'win32') return true;
  return access(socket).then(
    () => true,
    () => false,
  );
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    // Not there: nothing in it.
    return [];
  }
}
