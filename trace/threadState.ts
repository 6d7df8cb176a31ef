import { payloadMask } from '#protocol/records.ts';
import { durationSketch, type GrowingSketch } from './durationSketch.ts';
import { eventTable, type EventTable } from './eventTable.ts';
import { taskState } from './model.ts';
import { addTask, taskTable, waitTable, type ThreadTables } from './taskTable.ts';

/** Where a thread stands while its records are followed. */
export interface ThreadState extends ThreadTables {
  readonly timed: EventTable;
  readonly caught: EventTable;
  readonly floating: EventTable;
  /** Ids that follow each other and lie in rows that follow each other: first id and first row of each such run, ascending. */
  readonly runIds: number[];
  readonly runRows: number[];
  /** Rows by id of tasks whose `enter` is missing. */
  readonly strays: Map<number, number>;
  /** µs since the thread's start. */
  now: number;
  /** Row of the current task, 0: none. */
  current: number;
  /** When it became current. */
  switchedAt: number;
  nextId: number;
  /** Row of the task that is about to reject. */
  throwing: number;
  /** Time of the last record before the last gap, -1 without a gap. What was not touched since may be over. */
  gapTime: number;
  /** Records that make no sense where they stand. */
  oddRecords: number;
  promisesCreated: number;
  promisesSettled: number;
  /** Steps of the clock up to 20 ms. */
  readonly steps: GrowingSketch;
  /** See `Folded`. */
  foldedTasks: number;
  foldedWaits: number;
  readonly durations: Map<number, GrowingSketch>;
  readonly waitDurations: Map<number, GrowingSketch>;
}

export function threadState(): ThreadState {
  return {
    tasks: taskTable(),
    waits: waitTable(),
    timed: eventTable(),
    caught: eventTable(),
    floating: eventTable(),
    runIds: [],
    runRows: [],
    strays: new Map(),
    now: 0,
    current: 0,
    switchedAt: 0,
    nextId: 1,
    throwing: 0,
    gapTime: -1,
    oddRecords: 0,
    promisesCreated: 0,
    promisesSettled: 0,
    steps: durationSketch(),
    foldedTasks: 0,
    foldedWaits: 0,
    durations: new Map(),
    waitDurations: new Map(),
  };
}

const idSpan = payloadMask + 1;

/** Row of the task with these low 28 bits that was started last, or of an older one when that is over; 0: none. */
export function rowOfLowId(state: ThreadState, lowId: number): number {
  const last = state.nextId - 1;
  let id = last - (last % idSpan) + lowId;
  // The first candidate may lie ahead; a task may be older than 2^28 others. Ids have 32 bits, so there are few.
  let newest = 0;
  for (let tries = 0; id > 0 && tries < 17; tries += 1) {
    const row = rowOfId(state, id);
    if (row !== 0 && isAlive(state.tasks.state[row])) return row;
    if (newest === 0) newest = row;
    id -= idSpan;
  }
  return newest !== 0 ? newest : (state.strays.get(lowId) ?? 0);
}

/** Row of a task by its id; 0: not in the table. */
export function rowOfId(state: ThreadState, id: number): number {
  const { runIds, runRows, tasks } = state;
  let run = runIds.length - 1;
  if (run >= 0 && id < (runIds[run] ?? 0)) run = lastAtMost(runIds, id);
  if (run >= 0) {
    const row = (runRows[run] ?? 0) + id - (runIds[run] ?? 0);
    if (row <= tasks.count && tasks.id[row] === id) return row;
  }
  return state.strays.size === 0 ? 0 : (state.strays.get(id) ?? 0);
}

/** Index of the last number that is at most `value` in an ascending list; -1: none. */
function lastAtMost(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export function isAlive(state: number | undefined): boolean {
  return state === taskState.running || state === taskState.waiting;
}

/** Remembers the row of a task that has just been added by its `enter`. */
export function numberRow(state: ThreadState, id: number, row: number): void {
  const last = state.runIds.length - 1;
  const isNext = last >= 0 && id - (state.runIds[last] ?? 0) === row - (state.runRows[last] ?? 0);
  if (isNext) return;
  state.runIds.push(id);
  state.runRows.push(row);
}

/** A row for a task whose `enter` is missing. `begin` is `NaN` when not known. */
export function addStray(state: ThreadState, id: number, site: number, begin: number): number {
  const row = addTask(state.tasks, id, site, begin);
  state.strays.set(id, row);
  return row;
}

/** Time of the last record about a task that is in the table; -1 when none was seen. */
export function lastTouched(state: ThreadState, row: number): number {
  const { tasks, waits } = state;
  const wait = tasks.lastWait[row] ?? 0;
  const time =
    wait === 0 ? tasks.begin[row] : tasks.state[row] === taskState.waiting ? waits.begin[wait] : waits.end[wait];
  return time === undefined || Number.isNaN(time) ? -1 : time;
}
