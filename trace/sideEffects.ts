import type { Distribution } from '#protocol/evidence.ts';
import type { LostNote, RejectionNote } from '#protocol/messages.ts';
import { distributionOf, valuesByPlace } from './distributions.ts';
import { taskState, type EventColumns, type ThreadModel, type TraceModel } from './model.ts';
import { placeId, type TaskRef } from './taskChains.ts';

/** Promises that a statement started and nobody used. */
export interface FloatingTasks {
  /** Place of the call. */
  readonly place: number;
  readonly count: number;
  /** How long the tasks behind them went on after the task that started them was over; of those that did. */
  readonly outlived: Distribution;
  /** Of them, alive at the end. */
  readonly alive: number;
}

/** Most first. */
export function floatingTasks(model: TraceModel): readonly FloatingTasks[] {
  const counts = countsByPlace(model, ({ floating }) => floating);
  const alive = new Map<number, number>();
  const outlived = valuesByPlace(model, (give) => {
    alive.clear();
    for (const thread of model.threads) {
      const { floating } = thread;
      for (let event = 1; event <= floating.count; event += 1) {
        const place = placeId(thread, floating.site[event] ?? 0);
        const child = floating.value[event] ?? 0;
        if (isAlive(thread, child)) alive.set(place, (alive.get(place) ?? 0) + 1);
        const us = outlivedBy(thread, child, floating.task[event] ?? 0);
        if (us > 0) give(place, us);
      }
    }
  });
  const none = new Float64Array(0);
  return [...counts].map(([place, count]) => ({
    place,
    count,
    outlived: distributionOf(outlived.get(place) ?? none),
    alive: alive.get(place) ?? 0,
  }));
}

function isAlive({ tasks }: ThreadModel, row: number): boolean {
  return tasks.state[row] === taskState.running || tasks.state[row] === taskState.waiting;
}

/** µs; 0 when the starter outlived it, lives, or is not a task. */
function outlivedBy(thread: ThreadModel, child: number, starter: number): number {
  const starterEnd = thread.tasks.end[starter] ?? Number.NaN;
  if (child === 0 || starter === 0 || Number.isNaN(starterEnd)) return 0;
  const end = isAlive(thread, child) ? thread.endTime : (thread.tasks.end[child] ?? 0);
  return Math.max(0, end - starterEnd);
}

/** How often an event was seen at each place, most first; also those beyond the bound of rows. */
function countsByPlace(
  model: TraceModel,
  eventsOf: (thread: ThreadModel) => EventColumns,
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const thread of model.threads) {
    for (const [site, count] of eventsOf(thread).countBySite) {
      const place = placeId(thread, site);
      counts.set(place, (counts.get(place) ?? 0) + count);
    }
  }
  return new Map([...counts].toSorted(([, a], [, b]) => b - a));
}

/** Errors that the catches at one place dropped. */
export interface SwallowedErrors {
  readonly place: number;
  readonly count: number;
  /** Most frequent first, as far as known. */
  readonly errorClasses: readonly string[];
}

/** Most first. The counters of a thread count also what its records lost, and all there is in watch mode. */
export function swallowedErrors(model: TraceModel): readonly SwallowedErrors[] {
  const counts = new Map<number, { count: number; errorClasses: Set<string> }>();
  const add = (place: number, count: number, errorClasses: readonly string[]): void => {
    const known = counts.get(place) ?? { count: 0, errorClasses: new Set() };
    counts.set(place, known);
    known.count += count;
    for (const each of errorClasses) known.errorClasses.add(each);
  };
  for (const thread of model.threads) {
    const counted = new Map(thread.stats?.swallowed?.map((each) => [each.site, each]));
    for (const { site, count, errorClasses } of counted.values()) {
      add(placeId(thread, site), Math.max(count, thread.caught.countBySite.get(site) ?? 0), errorClasses);
    }
    for (const [site, count] of thread.caught.countBySite)
      if (!counted.has(site)) add(placeId(thread, site), count, []);
  }
  const all = [...counts].map(([place, { count, errorClasses }]) => ({
    place,
    count,
    errorClasses: [...errorClasses].slice(0, 5),
  }));
  return all.toSorted((a, b) => b.count - a.count);
}

/** Known blocking calls: what each took, by place. */
export function blockingCalls(model: TraceModel): ReadonlyMap<number, Distribution> {
  const values = valuesByPlace(model, (give) => {
    for (const thread of model.threads) {
      const { timed } = thread;
      for (let row = 1; row <= timed.count; row += 1)
        give(placeId(thread, timed.site[row] ?? 0), timed.value[row] ?? 0);
    }
  });
  return new Map([...values].map(([place, sorted]) => [place, distributionOf(sorted)]));
}

/** Rejections of the same kind that left the program at the same place. */
export interface RejectionGroup {
  readonly outcome: RejectionNote['outcome'];
  /** Place of the call or await, 0 when not known: see `first.frames`. */
  readonly place: number;
  readonly errorClass: string;
  readonly count: number;
  /** How long each was unhandled; only of late ones. */
  readonly windows: Distribution;
  readonly first: RejectionNote;
  readonly thread: ThreadModel;
}

/** Unhandled ones first, then most first. A rejection that was handled late counts as late only. */
export function rejectionGroups(model: TraceModel): readonly RejectionGroup[] {
  const groups = new Map<string, { thread: ThreadModel; notes: RejectionNote[]; place: number }>();
  for (const thread of model.threads) {
    const late = new Set(thread.rejections.flatMap(({ outcome, id }) => (outcome === 'late' ? [id] : [])));
    // Where it was thrown is told when it is found unhandled, and not again.
    const first = new Map(thread.rejections.flatMap((note) => (note.outcome === 'late' ? [] : [[note.id, note]])));
    for (const each of thread.rejections) {
      if (each.outcome === 'unhandled' && late.has(each.id)) continue;
      const note = each.outcome === 'late' ? { ...each, frames: first.get(each.id)?.frames ?? each.frames } : each;
      const place = placeId(thread, note.site);
      const [frame] = note.frames;
      const key = JSON.stringify([note.outcome, place, note.errorClass, frame?.file, frame?.line, frame?.column]);
      const group = groups.get(key) ?? { thread, notes: [], place };
      groups.set(key, group);
      group.notes.push(note);
    }
  }
  const all = [...groups.values()].flatMap(({ thread, notes, place }) => {
    const [first] = notes;
    if (first === undefined) return [];
    const windows = Float64Array.from(notes.flatMap(({ windowUs }) => windowUs ?? [])).toSorted();
    const { outcome, errorClass } = first;
    return [{ outcome, place, errorClass, count: notes.length, windows: distributionOf(windows), first, thread }];
  });
  return all.toSorted((a, b) => Number(a.outcome === 'late') - Number(b.outcome === 'late') || b.count - a.count);
}

/** Tasks that were collected while they waited at a place. */
export interface LostTasks {
  /** Place of the await, 0: not known. */
  readonly place: number;
  readonly function: number;
  readonly count: number;
  /** One of this many tasks was watched, so there may be as many times more; 1 when not known. */
  readonly sampling: number;
  readonly sample: TaskRef | undefined;
}

/** Most first. */
export function lostTasks(model: TraceModel): readonly LostTasks[] {
  const groups = new Map<string, { -readonly [K in keyof LostTasks]: LostTasks[K] }>();
  for (const thread of model.threads) {
    const notes = new Map<number, LostNote>(thread.lost.map((note) => [note.task, note]));
    for (let row = 1; row <= thread.tasks.count; row += 1) {
      if (thread.tasks.state[row] !== taskState.lost) continue;
      const wait = thread.tasks.lastWait[row] ?? 0;
      const place = placeId(thread, thread.waits.site[wait] ?? 0);
      const around = placeId(thread, thread.tasks.site[row] ?? 0);
      const sampling = notes.get(thread.tasks.id[row] ?? 0)?.sampling ?? 1;
      const key = `${place} ${around}`;
      const group = groups.get(key) ?? { place, function: around, count: 0, sampling, sample: { thread, row } };
      groups.set(key, group);
      group.count += 1;
      group.sampling = Math.max(group.sampling, sampling);
    }
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count);
}
