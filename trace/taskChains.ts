import { taskState, type Place, type ThreadModel, type TraceModel } from './model.ts';

/** A task of a model. */
export interface TaskRef {
  readonly thread: ThreadModel;
  readonly row: number;
}

/** The place of a site of a thread; place 0 when it is not known. */
export function placeId(thread: ThreadModel, site: number): number {
  return thread.placeOf[site] ?? 0;
}

/** @throws RangeError for an id that no query gave */
export function placeAt(model: TraceModel, id: number): Place {
  const place = model.places[id] ?? model.places[0];
  if (place === undefined) throw new RangeError('A model has at least the unknown place.');
  return place;
}

/** Row of the wait a task is in at a time (default: the last one), 0: it runs, or nothing is known. */
export function waitAt({ tasks, waits }: ThreadModel, row: number, time = Number.POSITIVE_INFINITY): number {
  let wait = tasks.lastWait[row] ?? 0;
  while (wait !== 0 && (waits.begin[wait] ?? 0) > time) wait = waits.previous[wait] ?? 0;
  const end = waits.end[wait];
  return wait !== 0 && end !== undefined && end <= time ? 0 : wait;
}

/** Whether a task lives at a time. At the end of time: whether it was still alive when the trace ended. */
export function livesAt({ tasks }: ThreadModel, row: number, time = Number.POSITIVE_INFINITY): boolean {
  const end = tasks.end[row];
  const begin = tasks.begin[row] ?? 0;
  // A begin that is missing lies before everything that is not.
  return !(begin > time) && !(end !== undefined && end <= time) && tasks.state[row] !== undefined;
}

/** Rows of those who started a task, the nearest first, at most `max`. */
export function ancestorsOf({ tasks }: ThreadModel, row: number, max: number): readonly number[] {
  const rows: number[] = [];
  let parent = tasks.parent[row] ?? 0;
  while (parent !== 0 && rows.length < max) {
    rows.push(parent);
    parent = tasks.parent[parent] ?? 0;
  }
  return rows;
}

/** By row: the living task that waits for it at that time, 0: none known. */
export function awaitersAt(thread: ThreadModel, time: number): Uint32Array {
  const awaiters = new Uint32Array(thread.tasks.count + 1);
  for (let row = 1; row <= thread.tasks.count; row += 1) {
    if (!livesAt(thread, row, time)) continue;
    const child = thread.waits.child[waitAt(thread, row, time)] ?? 0;
    if (child !== 0 && awaiters[child] === 0) awaiters[child] = row;
  }
  return awaiters;
}

/** Whether a task ended by a rejection before or at a time. */
export function rejectedBy({ tasks }: ThreadModel, row: number, time: number): boolean {
  return tasks.state[row] === taskState.rejected && (tasks.end[row] ?? Number.POSITIVE_INFINITY) <= time;
}
