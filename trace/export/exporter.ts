import { taskState, type Place, type ThreadModel, type TraceModel } from '../model.ts';
import type { BlockNote, Hello, RejectionNote } from '#protocol/messages.ts';
import { culpritOf } from '../loopBlocks.ts';
import type { Resolve, SourcePlace } from '../sourcePlace.ts';

/** What an exporter may need besides the model. */
export interface ExportContext {
  readonly resolve: Resolve;
  /** Base name of what ran, for titles. */
  readonly command: string;
  /** Rubato's version. */
  readonly version: string;
}

/** A trace in the format of another tool. */
export interface Exported {
  /** Ready to be written as it is. */
  readonly content: Uint8Array;
  /** What had to be left out, in plain words; empty when everything is there. */
  readonly notes: readonly string[];
}

/** Turns a trace into a file of another tool. Pure. */
export type Exporter = (model: TraceModel, context: ExportContext) => Exported;

/** Tasks of one thread that go into an export, in order of their begin. */
export interface TaskRange {
  /** Rows 1 to this one. */
  readonly last: number;
  readonly left: number;
}

/** The first tasks of each thread, as many as the format bears in all; what a thread does not use, later threads may. */
export function tasksWithin(model: TraceModel, limit: number): readonly TaskRange[] {
  let room = limit;
  return model.threads.map(({ tasks }) => {
    const last = Math.min(tasks.count, room);
    room -= last;
    return { last, left: tasks.count - last };
  });
}

/** The note for tasks that did not fit; empty when all did. */
export function leftOut(ranges: readonly TaskRange[]): readonly string[] {
  const left = ranges.reduce((sum, range) => sum + range.left, 0);
  return left === 0 ? [] : [`${left} later tasks are left out: the format would not bear them.`];
}

/** Place ids with their source, each resolved once. */
export function sourcesOf({ places }: TraceModel, { resolve }: ExportContext): (place: number) => SourcePlace {
  const known = new Map<number, SourcePlace>();
  return (id) => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const { file = '', line = 0, column = 0 } = places[id] ?? {};
    const source = resolve(file, line, column);
    known.set(id, source);
    return source;
  };
}

/** Place of a site of a thread; the unknown one for sites without. */
export function placeOf(
  { places }: TraceModel,
  { placeOf: ids }: ThreadModel,
  site: number,
): { readonly id: number; readonly place: Place } {
  const id = ids[site] ?? 0;
  return { id, place: places[id] ?? unknownPlace };
}

const unknownPlace: Place = { kind: 'unknown', file: '', line: 0, column: 0, label: '(unknown)', owner: 0, offset: 0 };

/** µs between the start of the first thread and of this one. */
export function threadOffset(model: TraceModel, thread: ThreadModel): number {
  const first = model.threads.reduce((least, { hello }) => Math.min(least, hello.startedAt), thread.hello.startedAt);
  return (thread.hello.startedAt - first) * 1000;
}

/** Begin of a task; where it is missing, of its thread. */
export function beginOf({ tasks }: ThreadModel, row: number): number {
  const begin = tasks.begin[row] ?? Number.NaN;
  return Number.isNaN(begin) ? 0 : begin;
}

/** End of a task; of one that lives, the end of its thread. Never before its begin, also in damaged traces. */
export function endOf(thread: ThreadModel, row: number): number {
  const end = thread.tasks.end[row] ?? Number.NaN;
  return Math.max(beginOf(thread, row), Number.isNaN(end) ? thread.endTime : end);
}

/** The state in a word, for people. */
export function stateName({ tasks }: ThreadModel, row: number): string {
  const state = tasks.state[row];
  return Object.entries(taskState).find(([, value]) => value === state)?.[0] ?? 'unknown';
}

/** Waits of the tasks up to `last`, by task row, in order of time. */
export function waitsByTask({ waits }: ThreadModel, last: number): (row: number) => readonly number[] {
  const first = new Uint32Array(last + 2);
  for (let wait = 1; wait <= waits.count; wait += 1) {
    const task = waits.task[wait] ?? 0;
    if (task > 0 && task <= last) first[task + 1] = (first[task + 1] ?? 0) + 1;
  }
  for (let task = 1; task <= last + 1; task += 1) first[task] = (first[task] ?? 0) + (first[task - 1] ?? 0);
  const order = new Uint32Array(first[last + 1] ?? 0);
  const next = first.slice();
  for (let wait = 1; wait <= waits.count; wait += 1) {
    const task = waits.task[wait] ?? 0;
    if (task === 0 || task > last) continue;
    const at = next[task] ?? 0;
    order[at] = wait;
    next[task] = at + 1;
  }
  return (row) => [...order.subarray(first[row] ?? 0, first[row + 1] ?? 0)];
}

/** What viewers call a thread. */
export function threadName({ thread }: Hello): string {
  return thread === 0 ? 'main thread' : `worker ${thread}`;
}

/** What viewers call a block: by the frame to blame. */
export function blockName(block: BlockNote): string {
  const frame = culpritOf(block);
  return frame === undefined ? 'blocked' : `blocked by ${frame.name || '(anonymous)'}`;
}

export function rejectionName({ outcome, errorClass }: RejectionNote): string {
  return outcome === 'late' ? `${errorClass} handled late` : `unhandled ${errorClass}`;
}
