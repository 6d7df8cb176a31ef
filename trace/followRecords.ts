import { addDuration } from './durationSketch.ts';
import { addEvent } from './eventTable.ts';
import { taskState } from './model.ts';
import { maxSiteId } from './placeTable.ts';
import { addTask, addWait } from './taskTable.ts';
import { addStray, isAlive, numberRow, rowOfId, rowOfLowId, type ThreadState } from './threadState.ts';

/** The rules of protocol/records.ts, one function per kind of record. No record makes them fail or loop, whatever came before. */

export function enter(state: ThreadState, site: number): void {
  const { tasks, current } = state;
  const id = state.nextId;
  state.nextId = id + 1;
  const row = rowForNew(state, id, known(site));
  tasks.parent[row] = current;
  tasks.returnTo[row] = current;
  tasks.lastChild[current] = row;
  tasks.started[current] = (tasks.started[current] ?? 0) + 1;
  switchTo(state, row);
}

function rowForNew(state: ThreadState, id: number, site: number): number {
  const { tasks, now } = state;
  const stray = state.strays.size === 0 ? 0 : (state.strays.get(id) ?? 0);
  if (stray > state.current) {
    // The live table was faster.
    tasks.begin[stray] = now;
    tasks.state[stray] = taskState.running;
    tasks.end[stray] = Number.NaN;
    return stray;
  }
  if (stray !== 0) forget(state, stray);
  const row = addTask(tasks, id, site, now);
  numberRow(state, id, row);
  return row;
}

/** A row that turned out to be somebody else. */
function forget(state: ThreadState, stray: number): void {
  const { tasks } = state;
  state.strays.delete(tasks.id[stray] ?? 0);
  if (!isAlive(tasks.state[stray])) return;
  tasks.state[stray] = taskState.gone;
  tasks.end[stray] = state.now;
}

export function suspend(state: ThreadState, site: number): void {
  stop(state, site);
}

/** A generator that yields waits for its consumer, not for a task that it started. */
export function suspendAtYield(state: ThreadState, site: number): void {
  state.tasks.lastChild[state.current] = 0;
  stop(state, site);
}

function stop(state: ThreadState, site: number): void {
  const { tasks, current } = state;
  if (current === 0) {
    state.oddRecords += 1;
    return;
  }
  if (isAlive(tasks.state[current])) {
    closeWait(state, current);
    addWait(state, current, known(site), state.now);
  } else state.oddRecords += 1;
  switchTo(state, tasks.returnTo[current] ?? 0);
}

export function resume(state: ThreadState, lowId: number): void {
  const { tasks, current } = state;
  let row = rowOfLowId(state, lowId);
  if (row === 0) {
    if (lowId === 0 || state.gapTime < 0) {
      state.oddRecords += 1;
      return;
    }
    row = addStray(state, lowId, 0, Number.NaN);
  }
  // It already runs: the writer says so to be sure.
  if (row === current) return;
  if (isOver(tasks.state[row])) state.oddRecords += 1;
  else {
    closeWait(state, row);
    tasks.state[row] = taskState.running;
    tasks.end[row] = Number.NaN;
  }
  tasks.returnTo[row] = current;
  tasks.lastChild[row] = 0;
  tasks.started[row] = 0;
  // Only a generator is resumed from within a task: by its consumer, which waits for it next.
  tasks.lastChild[current] = current === 0 ? 0 : row;
  switchTo(state, row);
}

export function exit(state: ThreadState): void {
  const { tasks, current } = state;
  if (current === 0) {
    state.oddRecords += 1;
    return;
  }
  if (isOver(tasks.state[current])) state.oddRecords += 1;
  else {
    closeWait(state, current);
    tasks.state[current] = state.throwing === current ? taskState.rejected : taskState.done;
    tasks.end[current] = state.now;
  }
  state.throwing = 0;
  switchTo(state, tasks.returnTo[current] ?? 0);
}

/** The task can never go on; its last wait stays open. */
export function lose(state: ThreadState, row: number, time: number): void {
  if (!isAlive(state.tasks.state[row])) return;
  state.tasks.state[row] = taskState.lost;
  state.tasks.end[row] = time;
}

export function float(state: ThreadState, site: number): void {
  const { tasks, current } = state;
  const child = tasks.lastChild[current] ?? 0;
  addEvent(state.floating, { site: known(site), task: current, time: state.now, value: child });
  if (child === 0) return;
  // Nobody waits for it, so it is not what the next await is for.
  tasks.lastChild[current] = 0;
  tasks.started[current] = Math.max(0, (tasks.started[current] ?? 0) - 1);
}

export function caught(state: ThreadState, site: number): void {
  addEvent(state.caught, { site: known(site), task: state.current, time: state.now, value: 1 });
}

export function timed(state: ThreadState, site: number, durationUs: number): void {
  addEvent(state.timed, { site: known(site), task: state.current, time: state.now, value: durationUs });
}

/** Steps above it are pauses of the program, not of the clock. */
const longestStepUs = 20_000;

export function step(state: ThreadState, us: number): void {
  state.now += us;
  if (us > 0 && us <= longestStepUs) addDuration(state.steps, us);
}

/** What a sync record says. */
export interface SyncPoint {
  readonly nextId: number;
  readonly currentId: number;
  readonly time: number;
}

/** True when the records led to where the writer stands. */
export function agrees(state: ThreadState, { nextId, currentId, time }: SyncPoint): boolean {
  const current = state.current === 0 ? 0 : state.tasks.id[state.current];
  return nextId === state.nextId && currentId === current && time >= state.now;
}

/** Takes the writer's word after a gap. False when it cannot be. */
export function standAt(state: ThreadState, { nextId, currentId, time }: SyncPoint): boolean {
  if (nextId === 0 || currentId >= nextId) return false;
  // Ids never go back, so what said otherwise was damaged: ids from before cannot be told apart from those to come.
  if (nextId < state.nextId) forgetIds(state);
  state.gapTime = state.now;
  state.nextId = nextId;
  state.now = Math.max(state.now, time);
  state.switchedAt = state.now;
  state.throwing = 0;
  state.tasks.lastChild[0] = 0;
  const row = currentId === 0 ? 0 : rowOfId(state, currentId);
  state.current = currentId === 0 || row !== 0 ? row : addStray(state, currentId, 0, Number.NaN);
  if (state.current !== 0) {
    closeWait(state, state.current);
    state.tasks.state[state.current] = taskState.running;
    state.tasks.end[state.current] = Number.NaN;
    state.tasks.returnTo[state.current] = 0;
  }
  return true;
}

function forgetIds(state: ThreadState): void {
  state.runIds.length = 0;
  state.runRows.length = 0;
  state.strays.clear();
}

function switchTo(state: ThreadState, row: number): void {
  const { tasks, current } = state;
  tasks.busy[current] = (tasks.busy[current] ?? 0) + state.now - state.switchedAt;
  state.switchedAt = state.now;
  state.current = row;
}

/** Ends the wait of a task that waits. */
function closeWait(state: ThreadState, row: number): void {
  if (state.tasks.state[row] !== taskState.waiting) return;
  state.waits.end[state.tasks.lastWait[row] ?? 0] = state.now;
}

/** Lost and gone ones may turn up again. */
function isOver(state: number | undefined): boolean {
  return state === taskState.done || state === taskState.rejected;
}

function known(site: number): number {
  return site <= maxSiteId ? site : 0;
}
