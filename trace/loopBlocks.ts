import type { Distribution } from '#protocol/evidence.ts';
import type { BlockNote, Frame } from '#protocol/messages.ts';
import { distributionOf } from './distributions.ts';
import type { ThreadModel, TraceModel } from './model.ts';
import { placeAt, placeId } from './taskChains.ts';

/** Blocks of the loop with the same culprit. */
export interface BlockGroup {
  /** Place of the known blocking call that took most of the time, 0: none. */
  readonly place: number;
  /** Frame to blame; absent when there is a place or nothing is known. */
  readonly culprit?: Frame;
  readonly duration: Distribution;
  /** Share of garbage collection in all their time, 0 to 1. */
  readonly gcShare: number;
  /** The longest one, with its stack. */
  readonly longest: BlockNote;
  readonly thread: ThreadModel;
}

/** The longest first. */
export function blockGroups(model: TraceModel): readonly BlockGroup[] {
  const groups = new Map<
    string,
    { thread: ThreadModel; notes: BlockNote[]; place: number; culprit: Frame | undefined }
  >();
  for (const thread of model.threads) {
    for (const note of thread.blocks) {
      const place = blamedPlace(thread, note);
      const culprit = place === 0 ? culpritOf(note) : undefined;
      const key =
        place === 0 ? JSON.stringify([culprit?.file, culprit?.line, culprit?.column, note.source]) : `${place}`;
      const group = groups.get(key) ?? { thread, notes: [], place, culprit };
      groups.set(key, group);
      group.notes.push(note);
    }
  }
  const all = [...groups.values()].flatMap((group) => summarize(group) ?? []);
  return all.toSorted((a, b) => b.duration.max - a.duration.max);
}

function summarize(group: {
  readonly thread: ThreadModel;
  readonly notes: readonly BlockNote[];
  readonly place: number;
  readonly culprit: Frame | undefined;
}): BlockGroup | undefined {
  const [first] = group.notes;
  if (first === undefined) return undefined;
  const durations = Float64Array.from(group.notes, ({ durationUs }) => durationUs).toSorted();
  const sum = durations.reduce((total, each) => total + each, 0);
  const gc = group.notes.reduce((total, { gcUs }) => total + gcUs, 0);
  return {
    place: group.place,
    ...(group.culprit === undefined ? {} : { culprit: group.culprit }),
    duration: distributionOf(durations),
    gcShare: sum === 0 ? 0 : Math.min(1, gc / sum),
    longest: group.notes.reduce((best, each) => (each.durationUs > best.durationUs ? each : best), first),
    thread: group.thread,
  };
}

/** The frame to blame: the innermost one of the program's own code. */
export function culpritOf({ frames, culprit }: BlockNote): Frame | undefined {
  return culprit === undefined ? undefined : frames[culprit];
}

/** The known blocking call that took at least half of the block: its place is exact, a stack is a sample. */
function blamedPlace(thread: ThreadModel, { sites, durationUs }: BlockNote): number {
  let most: BlockNote['sites'][number] | undefined;
  for (const each of sites) if (most === undefined || each.durationUs > most.durationUs) most = each;
  return most !== undefined && most.durationUs * 2 >= durationUs ? placeId(thread, most.site) : 0;
}

/** Place of the function a frame lies in, as far as it can be told: the last one that begins before it and bears its name; 0: none. */
export function functionAround(model: TraceModel, frame: Frame): number {
  let best = 0;
  for (const [id, place] of model.places.entries()) {
    if (place.file !== frame.file || !isFunction(place.kind) || !isNamed(place.label, frame.name)) continue;
    const isBefore = place.line < frame.line || (place.line === frame.line && place.column <= frame.column);
    const known = placeAt(model, best);
    if (
      isBefore &&
      (best === 0 || place.line > known.line || (place.line === known.line && place.column > known.column))
    )
      best = id;
  }
  return best;
}

function isFunction(kind: string): boolean {
  return kind === 'function' || kind === 'sync-function' || kind === 'module';
}

/** V8 names methods with their class, async functions with `async`; anonymous ones not at all. */
function isNamed(label: string, frameName: string): boolean {
  const name = frameName
    .replace(/^async /, '')
    .replace(/^new /, '')
    .replace(/ \[as .*\]$/, '');
  if (name === '' || name === '<anonymous>') return !/^[\w$.]+$/.test(label);
  return label === name || label.split('.').at(-1) === name.split('.').at(-1);
}

/** The longest time the loop of a thread stood still in each of so many equal parts of its life, in ms. */
export function loopLag(thread: ThreadModel, parts: number): Float64Array {
  const lag = new Float64Array(parts);
  const width = thread.endTime / parts;
  if (!(width > 0)) return lag;
  for (const { start, durationUs } of thread.blocks) {
    const first = Math.max(0, Math.floor(start / width));
    const last = Math.min(parts - 1, Math.floor((start + durationUs) / width));
    for (let part = first; part <= last; part += 1) lag[part] = Math.max(lag[part] ?? 0, durationUs / 1000);
  }
  return lag;
}

/** Most living tasks of a place in each of so many equal parts of a thread's life. */
export function concurrency(thread: ThreadModel, place: number, parts: number): Uint32Array {
  const most = new Uint32Array(parts);
  const { tasks, endTime } = thread;
  const width = endTime / parts;
  if (!(width > 0)) return most;
  const changes: [time: number, change: number][] = [];
  for (let row = 1; row <= tasks.count; row += 1) {
    if (placeId(thread, tasks.site[row] ?? 0) !== place) continue;
    changes.push([tasks.begin[row] || 0, 1]);
    const end = tasks.end[row] ?? Number.NaN;
    if (!Number.isNaN(end)) changes.push([end, -1]);
  }
  changes.sort(([a, up], [b, down]) => a - b || up - down);
  let alive = 0;
  let next = 0;
  for (let part = 0; part < parts; part += 1) {
    most[part] = alive;
    for (; next < changes.length && (changes[next]?.[0] ?? 0) < (part + 1) * width; next += 1) {
      alive += changes[next]?.[1] ?? 0;
      most[part] = Math.max(most[part] ?? 0, alive);
    }
  }
  return most;
}
