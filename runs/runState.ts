import { uptime } from 'node:os';
import type { RunManifest } from '#protocol/runFolder.ts';
import { changedAt } from './changedAt.ts';
import { readManifest } from './manifest.ts';
import { isAlive, listens, markOf, tracedProcesses } from './processMarks.ts';

/** How things stand with a run. */
export interface RunState {
  /** Absent: the folder is gone, or none of a run. */
  readonly manifest: RunManifest | undefined;
  /** `idle`: no traced process lives, but the program starts or its end is being written. */
  readonly kind: 'alive' | 'idle' | 'over';
  /** Traced processes that live and belong to the run. */
  readonly living: readonly number[];
}

/** A program needs this long at most until its hook leaves its mark; a run of an editor without marks that is older never began. */
const startMs = 15_000;
/** A process whose mark is older listens, if it is the one that left it: after a reboot, ids belong to others. ms */
const settledMs = 60_000;

/** Looks at the folder of a run. `now`: ms since 1970. A run that is over begins anew when a later process uses its folder. Throws nothing. */
export async function runState(folder: string, now: number): Promise<RunState> {
  const manifest = await readManifest(folder);
  if (manifest === undefined) return { manifest, kind: 'over', living: [] };
  const marks = await tracedProcesses(folder);
  const living = await livingAmong(marks, { folder, since: manifest.endedAt ?? 0, now });
  if (living.length > 0) return { manifest, kind: 'alive', living };
  return { manifest, kind: isOver(manifest, marks.length > 0, now) ? 'over' : 'idle', living };
}

/** What a command left behind goes on, but its run is over: only marks younger than `since` (ms since 1970) count. */
async function livingAmong(
  marks: readonly number[],
  { folder, since, now }: { readonly folder: string; readonly since: number; readonly now: number },
): Promise<readonly number[]> {
  const belong = async (pid: number): Promise<boolean> => {
    const changed = await changedAt(markOf(folder, pid));
    if (changed <= since || isBeforeStart(changed, now)) return false;
    return now - changed < settledMs || (await listens(folder, pid));
  };
  const found = await Promise.all(marks.filter(isAlive).map(async (pid) => ((await belong(pid)) ? pid : undefined)));
  return found.filter((pid) => pid !== undefined);
}

/** Whoever crashed leaves a manifest without an end. */
function isOver({ endedAt, pid, startedAt }: RunManifest, hasMarks: boolean, now: number): boolean {
  if (endedAt !== undefined) return true;
  if (pid !== undefined) return !isAlive(pid) || isBeforeStart(startedAt, now);
  return hasMarks || now - startedAt > startMs;
}

/** Clocks are set while a system starts. ms */
const clockMs = 5 * 60_000;

/** Before this system was started: ids belong to other processes since. */
function isBeforeStart(time: number, now: number): boolean {
  return time < now - uptime() * 1000 - clockMs;
}
