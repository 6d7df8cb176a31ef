import { stat } from 'node:fs/promises';
import type { RunManifest } from '#protocol/runFolder.ts';
import { readManifest } from './manifest.ts';
import { isAlive, markOf, tracedProcesses } from './processMarks.ts';

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

/** Looks at the folder of a run. `now`: ms since 1970. A run that is over begins anew when a later process uses its folder. Throws nothing. */
export async function runState(folder: string, now: number): Promise<RunState> {
  const manifest = await readManifest(folder);
  if (manifest === undefined) return { manifest, kind: 'over', living: [] };
  const marks = await tracedProcesses(folder);
  const living = await livingAmong(marks, folder, manifest);
  if (living.length > 0) return { manifest, kind: 'alive', living };
  return { manifest, kind: isOver(manifest, marks.length > 0, now) ? 'over' : 'idle', living };
}

/** What a command left behind goes on, but its run is over. */
async function livingAmong(
  marks: readonly number[],
  folder: string,
  { endedAt }: RunManifest,
): Promise<readonly number[]> {
  const alive = marks.filter(isAlive);
  if (endedAt === undefined) return alive;
  const times = await Promise.all(alive.map((pid) => changedAt(markOf(folder, pid))));
  return alive.filter((_, at) => (times[at] ?? 0) > endedAt);
}

function changedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    // Removed in between.
    () => 0,
  );
}

/** Whoever crashed leaves a manifest without an end. */
function isOver({ endedAt, pid, startedAt }: RunManifest, hasMarks: boolean, now: number): boolean {
  if (endedAt !== undefined) return true;
  if (pid !== undefined) return !isAlive(pid);
  return hasMarks || now - startedAt > startMs;
}
