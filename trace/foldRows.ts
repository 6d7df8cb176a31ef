import { addDuration, sketchOf } from './durationSketch.ts';
import { taskState } from './model.ts';
import { isAlive, numberRow, type ThreadState } from './threadState.ts';

/** Ended ancestors of a living task that are kept. */
const keptAncestors = 64;

/**
 * Lets go of the older half of a thread's ended tasks and waits, so that reading goes on in bounded memory. Kept whatever their age: living
 * tasks, their nearest ancestors, open waits. What goes is counted in sketches. Rows are numbered anew in the same order.
 */
export function foldRows(state: ThreadState): void {
  const taskRows = renumber(keptTasks(state), state.tasks.count);
  const waitRows = renumber(keptWaits(state, taskRows), state.waits.count);
  sumUp(state, taskRows, waitRows);
  moveWaits(state, taskRows, waitRows);
  moveTasks(state, taskRows, waitRows);
  moveEvents(state, taskRows);
  renumberIds(state, taskRows);
  state.current = taskRows[state.current] ?? 0;
  state.throwing = taskRows[state.throwing] ?? 0;
}

/** 1 for each row that stays. */
function keptTasks({ tasks, current }: ThreadState): Uint32Array {
  const kept = new Uint32Array(tasks.count + 1);
  const old = Math.floor(tasks.count / 2);
  for (let row = tasks.count; row > 0; row -= 1) {
    if (row > old) kept[row] = 1;
    if (isAlive(tasks.state[row]) || row === current) keepWithAncestors(kept, tasks.parent, row);
  }
  return kept;
}

function keepWithAncestors(kept: Uint32Array, parent: Uint32Array, row: number): void {
  let each = row;
  for (let depth = 0; each !== 0 && depth <= keptAncestors; depth += 1) {
    kept[each] = 1;
    each = parent[each] ?? 0;
  }
}

function keptWaits({ waits }: ThreadState, taskRows: Uint32Array): Uint32Array {
  const kept = new Uint32Array(waits.count + 1);
  const old = Math.floor(waits.count / 2);
  for (let row = 1; row <= waits.count; row += 1) {
    const isKept = row > old || Number.isNaN(waits.end[row]);
    if (isKept && taskRows[waits.task[row] ?? 0] !== 0) kept[row] = 1;
  }
  return kept;
}

/** New row by old row, 0 for those that go. */
function renumber(kept: Uint32Array, count: number): Uint32Array {
  let next = 0;
  for (let row = 1; row <= count; row += 1) {
    if (kept[row] === 0) continue;
    next += 1;
    kept[row] = next;
  }
  return kept;
}

function sumUp(state: ThreadState, taskRows: Uint32Array, waitRows: Uint32Array): void {
  const { tasks, waits } = state;
  for (let row = 1; row <= tasks.count; row += 1) {
    if (taskRows[row] !== 0) continue;
    state.foldedTasks += 1;
    const isDone = tasks.state[row] === taskState.done || tasks.state[row] === taskState.rejected;
    const duration = (tasks.end[row] ?? 0) - (tasks.begin[row] ?? 0);
    if (isDone && duration >= 0) addDuration(sketchOf(state.durations, tasks.site[row] ?? 0), duration);
  }
  for (let row = 1; row <= waits.count; row += 1) {
    if (waitRows[row] !== 0) continue;
    state.foldedWaits += 1;
    const duration = (waits.end[row] ?? 0) - (waits.begin[row] ?? 0);
    if (duration >= 0) addDuration(sketchOf(state.waitDurations, waits.site[row] ?? 0), duration);
  }
}

/** Keeps row 0, whose last child counts. */
function moveTasks({ tasks }: ThreadState, taskRows: Uint32Array, waitRows: Uint32Array): void {
  const own = [tasks.id, tasks.site, tasks.begin, tasks.end, tasks.state, tasks.busy, tasks.waits, tasks.started];
  for (const column of own) moveColumn(column, taskRows, tasks.count);
  for (const column of [tasks.parent, tasks.returnTo, tasks.lastChild]) {
    moveReferences(column, taskRows, { rows: taskRows, count: tasks.count });
  }
  moveReferences(tasks.lastWait, taskRows, { rows: waitRows, count: tasks.count });
  tasks.count = lastRow(taskRows, tasks.count);
}
function moveWaits({ waits }: ThreadState, taskRows: Uint32Array, waitRows: Uint32Array): void {
  for (const column of [waits.site, waits.begin, waits.end, waits.started]) moveColumn(column, waitRows, waits.count);
  for (const column of [waits.task, waits.child]) {
    moveReferences(column, waitRows, { rows: taskRows, count: waits.count });
  }
  moveReferences(waits.previous, waitRows, { rows: waitRows, count: waits.count });
  waits.count = lastRow(waitRows, waits.count);
}

/** New rows are never above old ones, so moving upwards overwrites nothing that is still needed. */
function moveColumn(column: Uint8Array | Uint32Array | Float64Array, newRows: Uint32Array, count: number): void {
  for (let row = 1; row <= count; row += 1) {
    const to = newRows[row] ?? 0;
    if (to !== 0) column[to] = column[row] ?? 0;
  }
}

/** The same for a column of rows, which change too. */
function moveReferences(
  column: Uint32Array,
  newRows: Uint32Array,
  target: { readonly rows: Uint32Array; readonly count: number },
): void {
  column[0] = target.rows[column[0] ?? 0] ?? 0;
  for (let row = 1; row <= target.count; row += 1) {
    const to = newRows[row] ?? 0;
    if (to !== 0) column[to] = target.rows[column[row] ?? 0] ?? 0;
  }
}

function lastRow(newRows: Uint32Array, count: number): number {
  for (let row = count; row > 0; row -= 1) if (newRows[row] !== 0) return newRows[row] ?? 0;
  return 0;
}

function moveEvents({ timed, caught, floating }: ThreadState, taskRows: Uint32Array): void {
  for (const events of [timed, caught, floating]) {
    for (let row = 1; row <= events.count; row += 1) events.task[row] = taskRows[events.task[row] ?? 0] ?? 0;
  }
  for (let row = 1; row <= floating.count; row += 1) floating.value[row] = taskRows[floating.value[row] ?? 0] ?? 0;
}

function renumberIds(state: ThreadState, taskRows: Uint32Array): void {
  const { tasks, runIds, runRows, strays } = state;
  const oldStrays = [...strays];
  strays.clear();
  const isStray = new Set<number>();
  for (const [id, row] of oldStrays) {
    const to = taskRows[row] ?? 0;
    if (to === 0) continue;
    strays.set(id, to);
    isStray.add(to);
  }
  // Ids of an earlier count that went astray must not come back: only those of the runs.
  const lowestId = runIds[0] ?? 0;
  const lowestRow = runRows.length === 0 ? 0 : firstKept(taskRows, runRows[0] ?? 0);
  runIds.length = 0;
  runRows.length = 0;
  if (lowestRow === 0) return;
  for (let row = lowestRow; row <= tasks.count; row += 1) {
    const id = tasks.id[row] ?? 0;
    if (id >= lowestId && !isStray.has(row)) numberRow(state, id, row);
  }
}

function firstKept(taskRows: Uint32Array, from: number): number {
  for (let row = from; row < taskRows.length; row += 1) if (taskRows[row] !== 0) return taskRows[row] ?? 0;
  return 0;
}
