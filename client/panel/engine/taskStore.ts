import type { PanelPlace, PlacesMessage, TaskProgress, TasksMessage } from '#protocol/panel.ts';
import { taskState } from '#trace/model.ts';

/** The columns of all tasks, by row from 1; see `PanelTaskColumns`. Longer than `count`. */
export interface TaskStore {
  count: number;
  /** Latest time that is known, µs. */
  endTime: number;
  function: Uint32Array;
  parent: Uint32Array;
  thread: Uint16Array;
  begin: Float64Array;
  end: Float64Array;
  state: Uint8Array;
  busy: Float32Array;
  waits: Uint32Array;
  waitsAt: Uint32Array;
  waitsFrom: Float32Array;
  /** Index: place; 0 is nowhere. */
  readonly places: PanelPlace[];
  threads: readonly string[];
}

const nowhere: PanelPlace = { kind: 'unknown', file: '', line: 0, column: 0, label: '', function: '', isInside: false };

/** `expected`: rows to make room for at once, so that nothing is copied while they come. */
export function taskStore(expected: number, threads: readonly string[]): TaskStore {
  const room = expected + 1024;
  return {
    count: 0,
    endTime: 0,
    function: new Uint32Array(room),
    parent: new Uint32Array(room),
    thread: new Uint16Array(room),
    begin: new Float64Array(room),
    end: new Float64Array(room),
    state: new Uint8Array(room),
    busy: new Float32Array(room),
    waits: new Uint32Array(room),
    waitsAt: new Uint32Array(room),
    waitsFrom: new Float32Array(room),
    places: [nowhere],
    threads,
  };
}

/** Takes places that follow those it has; others are no places of this trace. */
export function addPlaces(store: TaskStore, { first, places }: PlacesMessage): void {
  if (first === store.places.length) for (const place of places) store.places.push(place);
}

/**
 * Takes rows that follow those it has, and news of known ones. Returns false when they do not follow: a message is missing.
 * What refers to rows or places that do not exist refers to none.
 */
export function addTasks(store: TaskStore, { first, columns, changed, endTime }: TasksMessage): boolean {
  if (first !== store.count + 1) return false;
  const count = columns.begin.length;
  makeRoom(store, first + count);
  store.function.set(columns.function, first);
  store.parent.set(columns.parent, first);
  store.thread.set(columns.thread, first);
  store.begin.set(columns.begin, first);
  store.end.set(columns.end, first);
  store.state.set(columns.state, first);
  store.busy.set(columns.busy, first);
  store.waits.set(columns.waits, first);
  store.waitsAt.set(columns.waitsAt, first);
  store.waitsFrom.set(columns.waitsFrom, first);
  store.count += count;
  for (let row = first; row < first + count; row += 1) mend(store, row);
  for (let index = 0; index < changed.rows.length; index += 1) change(store, changed.rows[index] ?? 0, changed, index);
  store.endTime = Math.max(store.endTime, endTime);
  return true;
}

function mend(store: TaskStore, row: number): void {
  const places = store.places.length;
  if ((store.function[row] ?? 0) >= places) store.function[row] = 0;
  if ((store.waitsAt[row] ?? 0) >= places) store.waitsAt[row] = 0;
  if ((store.parent[row] ?? 0) >= row) store.parent[row] = 0;
  const begin = store.begin[row] ?? 0;
  const end = store.end[row] ?? 0;
  // A span that ends before it begins, or at no time at all, says nothing.
  if (!Number.isFinite(begin)) store.begin[row] = Number.isFinite(end) ? end : 0;
  if (end < (store.begin[row] ?? 0) || end === Number.POSITIVE_INFINITY) store.end[row] = store.begin[row] ?? 0;
  if (Number.isNaN(end) && !isAlive(store, row)) store.end[row] = store.begin[row] ?? 0;
}

function change(store: TaskStore, row: number, changed: TaskProgress, index: number): void {
  if (row < 1 || row > store.count) return;
  store.end[row] = changed.end[index] ?? Number.NaN;
  store.state[row] = changed.state[index] ?? 0;
  store.busy[row] = changed.busy[index] ?? 0;
  store.waits[row] = changed.waits[index] ?? 0;
  store.waitsAt[row] = changed.waitsAt[index] ?? 0;
  store.waitsFrom[row] = changed.waitsFrom[index] ?? 0;
  mend(store, row);
}

function makeRoom(store: TaskStore, length: number): void {
  if (length <= store.begin.length) return;
  const room = Math.ceil(length * 1.5);
  const words = (old: Uint32Array) => {
    const next = new Uint32Array(room);
    next.set(old);
    return next;
  };
  const times = (old: Float64Array) => {
    const next = new Float64Array(room);
    next.set(old);
    return next;
  };
  const floats = (old: Float32Array) => {
    const next = new Float32Array(room);
    next.set(old);
    return next;
  };
  store.function = words(store.function);
  store.parent = words(store.parent);
  store.waits = words(store.waits);
  store.waitsAt = words(store.waitsAt);
  store.begin = times(store.begin);
  store.end = times(store.end);
  store.busy = floats(store.busy);
  store.waitsFrom = floats(store.waitsFrom);
  const { state, thread } = store;
  store.state = new Uint8Array(room);
  store.state.set(state);
  store.thread = new Uint16Array(room);
  store.thread.set(thread);
}

export function isAlive({ state }: TaskStore, row: number): boolean {
  return state[row] === taskState.running || state[row] === taskState.waiting;
}

/** µs from begin to end, or to the latest time for those that live. */
export function durationOf({ begin, end, endTime }: TaskStore, row: number): number {
  const until = end[row] ?? Number.NaN;
  return Math.max(0, (Number.isNaN(until) ? endTime : until) - (begin[row] ?? 0));
}

/** µs since a living task waits, or runs; `NaN` for others. */
export function ageOf(store: TaskStore, row: number): number {
  if (!isAlive(store, row)) return Number.NaN;
  return Math.max(0, store.endTime - (store.begin[row] ?? 0) - (store.waitsFrom[row] ?? 0));
}

export function placeOf({ places }: TaskStore, id: number | undefined): PanelPlace {
  return places[id ?? 0] ?? nowhere;
}
