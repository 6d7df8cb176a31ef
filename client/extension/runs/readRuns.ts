import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { runFolder } from '#protocol/runFolder.ts';
import { runState } from '#runs/runState.ts';
import type { Run } from './contracts.ts';

/** Runs of one folder that are looked at, the newest ones. */
const mostRuns = 50;

/** Runs below `root` that have something to show or may have soon, in no order; empty when there are none. `now`: ms since 1970. Throws nothing. */
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

/** Those that still run before those that ended; the last to begin or to end first. */
export function inOrder(runs: readonly Run[]): readonly Run[] {
  const time = ({ isAlive, manifest }: Run): number =>
    isAlive ? manifest.startedAt : (manifest.endedAt ?? manifest.startedAt);
  return runs.toSorted((a, b) => Number(b.isAlive) - Number(a.isAlive) || time(b) - time(a));
}

/** Runs that nobody ended. Only where it is the newest of its folder: evidence of an older one would take the place of newer. */
export function abandoned(runs: readonly Run[]): readonly Run[] {
  const newest = new Map<string, Run>();
  for (const run of runs.toSorted((a, b) => a.manifest.startedAt - b.manifest.startedAt)) newest.set(run.root, run);
  return [...newest.values()].filter(({ isAlive, manifest }) => !isAlive && manifest.endedAt === undefined);
}

/** Folder that holds the `.rubato` of a run's file, `<root>/.rubato/runs/<name>/<file>`; `undefined` for another path. */
export function rootOfRunFile(file: string): string | undefined {
  const runs = path.dirname(path.dirname(file));
  const output = path.dirname(runs);
  const isRun = path.basename(runs) === runFolder.runs && path.basename(output) === runFolder.folder;
  return isRun ? path.dirname(output) : undefined;
}

async function readRun(folder: string, now: number): Promise<Run | undefined> {
  const { manifest, kind } = await runState(folder, now);
  if (manifest === undefined) return undefined;
  const isAlive = kind !== 'over';
  if (!isAlive && (await namesIn(folder)).every((name) => name === runFolder.manifest)) return undefined;
  return { folder, root: path.resolve(folder, '../../..'), manifest, isAlive };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    // Not there: nothing in it.
    return [];
  }
}
