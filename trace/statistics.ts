import type { Distribution } from '#protocol/evidence.ts';
import { distributionOf, round, sketchesFor, valuesByPlace } from './distributions.ts';
import { taskState, type ThreadModel, type TraceModel } from './model.ts';

/** How often something happened per task that started it. */
export interface PerInvocation {
  /** Starters that did it at all. */
  readonly starters: number;
  readonly p50: number;
  readonly max: number;
}

export interface FunctionStatistics {
  readonly place: number;
  /** Times it was entered in the run. */
  readonly entered: number;
  readonly rejected: number;
  readonly alive: number;
  /** From enter to exit, of those that ended. */
  readonly duration: Distribution;
  /** Of it, on the loop itself, without the tasks it called; of those that ended. */
  readonly busy: Distribution;
  /** Most of its tasks alive at the same time, in all threads; only of tasks that are in the table. */
  readonly maxAlive: number;
  readonly perParent: PerInvocation;
}

export interface AwaitStatistics {
  readonly place: number;
  readonly wait: Distribution;
  /** Waits without end: still waiting, or lost. */
  readonly open: number;
  /** Waits of one task. */
  readonly perTask: PerInvocation;
}

/** Every async function and module that was entered, by place id. */
export function functionStatistics(model: TraceModel): readonly FunctionStatistics[] {
  const durations = taskValues(model, (thread, row) => duration(thread, row));
  const busy = taskValues(model, (thread, row) =>
    Number.isNaN(duration(thread, row)) ? Number.NaN : (thread.tasks.busy[row] ?? 0),
  );
  const begins = taskValues(model, (thread, row) => aligned(model, thread, thread.tasks.begin[row]));
  const ends = taskValues(model, (thread, row) => aligned(model, thread, thread.tasks.end[row]));
  const states = countStates(model);
  const perParent = runLengths(model, ({ tasks }) => ({ count: tasks.count, site: tasks.site, owner: tasks.parent }));
  const sketches = sketchesFor(model, ({ folded }) => folded.durations);
  const none = new Float64Array(0);
  return [...new Set([...states.keys(), ...sketches.keys()])]
    .toSorted((a, b) => a - b)
    .map((place) => {
      const { entered = 0, rejected = 0, alive = 0 } = states.get(place) ?? {};
      const folded = sketches.get(place) ?? [];
      return {
        place,
        entered: entered + folded.reduce((sum, { count }) => sum + count, 0),
        rejected,
        alive,
        duration: distributionOf(durations.get(place) ?? none, folded),
        busy: distributionOf(busy.get(place) ?? none),
        maxAlive: mostAtOnce(begins.get(place) ?? none, ends.get(place) ?? none),
        perParent: perParent.get(place) ?? { starters: 0, p50: 0, max: 0 },
      };
    });
}

/** Every await, `for await` and yield where a task waited, by place id. */
export function awaitStatistics(model: TraceModel): readonly AwaitStatistics[] {
  const ended = waitValues(model, (us) => us >= 0);
  const open = waitValues(model, (us) => Number.isNaN(us));
  const sketches = sketchesFor(model, ({ folded }) => folded.waitDurations);
  const perTask = runLengths(model, ({ waits }) => ({ count: waits.count, site: waits.site, owner: waits.task }));
  const none = new Float64Array(0);
  return [...new Set([...ended.keys(), ...open.keys(), ...sketches.keys()])]
    .toSorted((a, b) => a - b)
    .map((place) => ({
      place,
      wait: distributionOf(ended.get(place) ?? none, sketches.get(place)),
      open: open.get(place)?.length ?? 0,
      perTask: perTask.get(place) ?? { starters: 0, p50: 0, max: 0 },
    }));
}

/** Values of tasks by the place of their function; `NaN` is no value. */
function taskValues(
  model: TraceModel,
  valueOf: (thread: ThreadModel, row: number) => number,
): ReadonlyMap<number, Float64Array> {
  return valuesByPlace(model, (give) => {
    for (const thread of model.threads) {
      for (let row = 1; row <= thread.tasks.count; row += 1) {
        const value = valueOf(thread, row);
        if (!Number.isNaN(value)) give(thread.placeOf[thread.tasks.site[row] ?? 0] ?? 0, value);
      }
    }
  });
}

function waitValues(model: TraceModel, isWanted: (us: number) => boolean): ReadonlyMap<number, Float64Array> {
  return valuesByPlace(model, (give) => {
    for (const { waits, placeOf } of model.threads) {
      for (let row = 1; row <= waits.count; row += 1) {
        const us = (waits.end[row] ?? 0) - (waits.begin[row] ?? 0);
        if (isWanted(us)) give(placeOf[waits.site[row] ?? 0] ?? 0, us);
      }
    }
  });
}

/** `NaN` for tasks that did not come to their end, or whose begin is missing. */
function duration({ tasks }: ThreadModel, row: number): number {
  const state = tasks.state[row];
  if (state !== taskState.done && state !== taskState.rejected) return Number.NaN;
  const us = (tasks.end[row] ?? Number.NaN) - (tasks.begin[row] ?? Number.NaN);
  return us >= 0 ? us : Number.NaN;
}

/** Times of all threads on one axis. */
function aligned(model: TraceModel, thread: ThreadModel, time: number | undefined): number {
  const first = model.threads[0]?.hello.startedAt ?? 0;
  return (time ?? Number.NaN) + (thread.hello.startedAt - first) * 1000;
}

interface StateCounts {
  entered: number;
  rejected: number;
  alive: number;
}

function countStates(model: TraceModel): ReadonlyMap<number, StateCounts> {
  const counts = new Map<number, StateCounts>();
  for (const { tasks, placeOf } of model.threads) {
    for (let row = 1; row <= tasks.count; row += 1) {
      const place = placeOf[tasks.site[row] ?? 0] ?? 0;
      const count = counts.get(place) ?? { entered: 0, rejected: 0, alive: 0 };
      count.entered += 1;
      if (tasks.state[row] === taskState.rejected) count.rejected += 1;
      if (tasks.state[row] === taskState.running || tasks.state[row] === taskState.waiting) count.alive += 1;
      counts.set(place, count);
    }
  }
  return counts;
}

/** Highest number of intervals that overlap, from their beginnings and ends, both ascending. What ends at a moment makes room for what begins then. */
function mostAtOnce(begins: Float64Array, ends: Float64Array): number {
  let most = 0;
  let ended = 0;
  for (const [index, begin] of begins.entries()) {
    while (ended < ends.length && (ends[ended] ?? 0) <= begin) ended += 1;
    most = Math.max(most, index + 1 - ended);
  }
  return most;
}

interface Owned {
  readonly count: number;
  readonly site: Readonly<Uint32Array>;
  readonly owner: Readonly<Uint32Array>;
}

/** How many rows of a place each owner has. Owner 0 is nobody. */
function runLengths(model: TraceModel, rowsOf: (thread: ThreadModel) => Owned): ReadonlyMap<number, PerInvocation> {
  const owners = valuesByPlace(model, (give) => {
    for (const [index, thread] of model.threads.entries()) {
      const { count, site, owner } = rowsOf(thread);
      for (let row = 1; row <= count; row += 1) {
        const by = owner[row] ?? 0;
        if (by !== 0) give(thread.placeOf[site[row] ?? 0] ?? 0, by + index * 2 ** 32);
      }
    }
  });
  return new Map([...owners].map(([place, sorted]) => [place, perInvocation(sorted)]));
}

function perInvocation(sortedOwners: Float64Array): PerInvocation {
  const lengths: number[] = [];
  let last = Number.NaN;
  for (const owner of sortedOwners) {
    if (owner === last) lengths[lengths.length - 1] = (lengths.at(-1) ?? 0) + 1;
    else lengths.push(1);
    last = owner;
  }
  const sorted = Float64Array.from(lengths).toSorted();
  return {
    starters: sorted.length,
    p50: sorted[Math.ceil(sorted.length / 2) - 1] ?? 0,
    max: round(sorted.at(-1) ?? 0),
  };
}
