import type { Distribution } from '#protocol/evidence.ts';
import { childrenOf, startedBefore, type Children } from './childrenOf.ts';
import { distributionOf, valuesByPlace } from './distributions.ts';
import type { ThreadModel, TraceModel } from './model.ts';
import { placeId, rejectedBy, type TaskRef } from './taskChains.ts';

/** One task that awaited one task after the other at the same place. */
export interface SequentialAwaits {
  readonly place: number;
  /** Tasks that did it at least three times in a row. */
  readonly tasks: number;
  /** Most awaits of one task. */
  readonly most: number;
  /** What one task waited in all that is beyond its longest wait: what running them together would have saved at most. */
  readonly saved: Distribution;
}

/** Awaits in a loop whose awaited tasks were started one after the other; the costliest first. */
export function sequentialAwaits(model: TraceModel): readonly SequentialAwaits[] {
  const most = new Map<number, number>();
  const saved = valuesByPlace(model, (give) => {
    for (const thread of model.threads) {
      for (let row = 1; row <= thread.tasks.count; row += 1) {
        for (const run of runsOf(thread, row)) {
          const place = placeId(thread, run.site);
          most.set(place, Math.max(most.get(place) ?? 0, run.count));
          give(place, run.sum - run.longest);
        }
      }
    }
  });
  return [...saved]
    .map(([place, values]) => ({
      place,
      tasks: values.length,
      most: most.get(place) ?? 0,
      saved: distributionOf(values),
    }))
    .toSorted((a, b) => b.saved.max - a.saved.max);
}

interface Run {
  readonly site: number;
  count: number;
  sum: number;
  longest: number;
  /** Begin of the awaited task of the earliest wait so far: the scan goes backwards. */
  begin: number;
}

const leastRun = 3;

/** Awaits of one task at the same site, each for a child of its own that began after the one before was over. */
function runsOf({ tasks, waits }: ThreadModel, row: number): readonly Run[] {
  if ((tasks.waits[row] ?? 0) < leastRun) return [];
  const runs = new Map<number, Run>();
  for (let wait = tasks.lastWait[row] ?? 0; wait !== 0; wait = waits.previous[wait] ?? 0) {
    const child = waits.child[wait] ?? 0;
    const us = (waits.end[wait] ?? 0) - (waits.begin[wait] ?? 0);
    if (child === 0 || !(us >= 0) || waits.started[wait] !== 1) continue;
    const site = waits.site[wait] ?? 0;
    const run = runs.get(site) ?? { site, count: 0, sum: 0, longest: 0, begin: Number.POSITIVE_INFINITY };
    runs.set(site, run);
    if (!((tasks.end[child] ?? 0) <= run.begin)) continue;
    run.count += 1;
    run.sum += us;
    run.longest = Math.max(run.longest, us);
    run.begin = tasks.begin[child] ?? 0;
  }
  return [...runs.values()].filter(({ count }) => count >= leastRun);
}

/** An await before which its task had started several others. */
export interface FanOut {
  readonly place: number;
  /** Times it was awaited after more than one start. */
  readonly count: number;
  readonly p50: number;
  readonly max: number;
}

/** Awaits of several tasks at once; the widest first. */
export function fanOuts(model: TraceModel): readonly FanOut[] {
  const widths = valuesByPlace(model, (give) => {
    for (const thread of model.threads) {
      const { waits } = thread;
      for (let row = 1; row <= waits.count; row += 1) {
        const started = waits.started[row] ?? 0;
        if (started > 1 && waits.child[row] !== 0) give(placeId(thread, waits.site[row] ?? 0), started);
      }
    }
  });
  return [...widths]
    .map(([place, sorted]) => ({
      place,
      count: sorted.length,
      p50: sorted[Math.ceil(sorted.length / 2) - 1] ?? 0,
      max: sorted.at(-1) ?? 0,
    }))
    .toSorted((a, b) => b.max - a.max);
}

/** An await that failed while tasks started with the failing one still ran: what `Promise.all` leaves behind. */
export interface LeftSiblings {
  readonly place: number;
  /** Awaits that left some. */
  readonly count: number;
  /** How long the left ones went on, each; those alive at the end until then. */
  readonly wentOn: Distribution;
  /** Of these, alive at the end. */
  readonly alive: number;
  /** One that was left. */
  readonly sample: TaskRef;
}

/** Most left tasks first. */
export function leftSiblings(model: TraceModel): readonly LeftSiblings[] {
  const samples = new Map<number, TaskRef>();
  const counts = new Map<number, { awaits: number; alive: number }>();
  const wentOn = valuesByPlace(model, (give) => {
    counts.clear();
    for (const thread of model.threads) {
      for (const { wait, left } of leftIn(thread)) {
        const place = placeId(thread, thread.waits.site[wait] ?? 0);
        const count = counts.get(place) ?? { awaits: 0, alive: 0 };
        counts.set(place, count);
        count.awaits += 1;
        for (const row of left) {
          if (!samples.has(place)) samples.set(place, { thread, row });
          const end = thread.tasks.end[row] ?? Number.NaN;
          if (Number.isNaN(end)) count.alive += 1;
          give(place, (Number.isNaN(end) ? thread.endTime : end) - (thread.waits.end[wait] ?? 0));
        }
      }
    }
  });
  return [...wentOn]
    .flatMap(([place, values]) => {
      const sample = samples.get(place);
      const count = counts.get(place);
      if (sample === undefined || count === undefined) return [];
      return [{ place, count: count.awaits, wentOn: distributionOf(values), alive: count.alive, sample }];
    })
    .toSorted((a, b) => b.wentOn.count - a.wentOn.count);
}

function* leftIn(thread: ThreadModel): Iterable<{ readonly wait: number; readonly left: readonly number[] }> {
  const { waits } = thread;
  let children: Children | undefined;
  for (let wait = 1; wait <= waits.count; wait += 1) {
    const end = waits.end[wait] ?? Number.NaN;
    if ((waits.started[wait] ?? 0) < 2 || Number.isNaN(end)) continue;
    children ??= childrenOf(thread);
    const started = startedBefore(thread, children, wait);
    if (!started.some((row) => rejectedBy(thread, row, end))) continue;
    const left = started.filter((row) => !((thread.tasks.end[row] ?? Number.NaN) <= end));
    if (left.length > 0) yield { wait, left };
  }
}
