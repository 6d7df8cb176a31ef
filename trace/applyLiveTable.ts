import { liveTable } from '#protocol/records.ts';
import { lose } from './followRecords.ts';
import { taskState } from './model.ts';
import { maxSiteId } from './placeTable.ts';
import { addWait } from './taskTable.ts';
import { addStray, isAlive, lastTouched, rowOfId, type ThreadState } from './threadState.ts';

/** A live table as its frame holds it. */
export interface LiveSnapshot {
  /** µs since the thread's start. */
  readonly time: number;
  /** Rows of `liveTable.wordsPerSlot` words. */
  readonly rows: Uint32Array;
}

/**
 * Lets the live table correct what the records left open: tasks that they never showed, waits that fell into a gap, tasks whose exit
 * did. What the records have touched after the snapshot is not its business.
 */
export function applyLiveTable(state: ThreadState, snapshot: LiveSnapshot): void {
  const listed = new Uint8Array(state.tasks.count + 1);
  const waiting: [row: number, slot: number][] = [];
  for (const slot of slotsById(snapshot.rows)) {
    const row = takeSlot(state, snapshot, slot);
    if (row === 0) continue;
    if (row < listed.length) listed[row] = 1;
    waiting.push([row, slot]);
  }
  // Only now is everybody there who may be waited for.
  for (const [row, slot] of waiting) takeAwaited(state, row, wordOf(snapshot.rows, slot, 'waitsFor'));
  dropUnlisted(state, listed, snapshot.time);
}

/** Beginnings of the used rows, older tasks first, so that parents come before their children. */
function slotsById(rows: Uint32Array): readonly number[] {
  const slots: number[] = [];
  for (let slot = 0; slot + liveTable.wordsPerSlot <= rows.length; slot += liveTable.wordsPerSlot) {
    if (wordOf(rows, slot, 'id') !== 0) slots.push(slot);
  }
  return slots.toSorted((a, b) => wordOf(rows, a, 'id') - wordOf(rows, b, 'id'));
}

/** The row of the task in that slot. */
function takeSlot(state: ThreadState, { rows, time }: LiveSnapshot, slot: number): number {
  const id = wordOf(rows, slot, 'id');
  const row = rowOfId(state, id);
  if (row === 0) {
    const wasFolded = state.foldedTasks > 0 && id < state.nextId && time <= state.now;
    return wasFolded ? 0 : addFromSlot(state, rows, slot);
  }
  if (isSettled(state, row, time)) return row;
  if (state.tasks.state[row] === taskState.gone) {
    state.tasks.state[row] = taskState.running;
    state.tasks.end[row] = Number.NaN;
  }
  if (!isAlive(state.tasks.state[row])) return row;
  correct(state, row, { rows, slot });
  return row;
}

/** Records that were read without a gap, up to the snapshot or beyond, know it better than a table with a clock in steps of ms. */
function isSettled(state: ThreadState, row: number, time: number): boolean {
  const touched = lastTouched(state, row);
  return touched > time || (time <= state.now && touched > state.gapTime);
}

function addFromSlot(state: ThreadState, rows: Uint32Array, slot: number): number {
  const site = known(wordOf(rows, slot, 'site'));
  const row = addStray(state, wordOf(rows, slot, 'id'), site, wordOf(rows, slot, 'begun') * 1000);
  state.tasks.parent[row] = rowOfId(state, wordOf(rows, slot, 'parent'));
  if (state.tasks.parent[row] === row) state.tasks.parent[row] = 0;
  correct(state, row, { rows, slot });
  return row;
}

/** What lies this close together in µs is the same moment to the live table. */
const coarseUs = 20_000;

/** Makes a task wait where the table says, or run. */
function correct(
  state: ThreadState,
  row: number,
  { rows, slot }: { readonly rows: Uint32Array; readonly slot: number },
): void {
  const { tasks, waits } = state;
  const waitsAt = known(wordOf(rows, slot, 'waitsAt'));
  const since = wordOf(rows, slot, 'since') * 1000;
  if (tasks.site[row] === 0) tasks.site[row] = known(wordOf(rows, slot, 'site'));
  if (Number.isNaN(tasks.begin[row])) tasks.begin[row] = wordOf(rows, slot, 'begun') * 1000;
  const isWaiting = tasks.state[row] === taskState.waiting;
  const last = tasks.lastWait[row] ?? 0;
  // The same wait: its clock is coarse, and stands still while the worker that keeps it starts.
  const isSame = isWaiting && waitsAt !== 0 && waits.site[last] === waitsAt;
  if (isSame && since < (waits.begin[last] ?? 0) + coarseUs) return;
  if (isWaiting) waits.end[last] = Math.max(since, waits.begin[last] ?? 0);
  tasks.lastChild[row] = 0;
  tasks.started[row] = 0;
  if (waitsAt === 0) tasks.state[row] = taskState.running;
  else addWait(state, row, waitsAt, since);
}

function takeAwaited(state: ThreadState, row: number, id: number): void {
  const { tasks, waits } = state;
  const wait = tasks.lastWait[row] ?? 0;
  if (id === 0 || wait === 0 || tasks.state[row] !== taskState.waiting || waits.child[wait] !== 0) return;
  waits.child[wait] = rowOfId(state, id);
}

/** Tasks that were alive before the snapshot and are not in it are over. */
function dropUnlisted(state: ThreadState, listed: Uint8Array, time: number): void {
  const { tasks } = state;
  for (let row = 1; row < listed.length; row += 1) {
    if (listed[row] === 1 || !isAlive(tasks.state[row]) || isSettled(state, row, time)) continue;
    lose(state, row, time);
    tasks.state[row] = taskState.gone;
  }
}

function wordOf(
  rows: Uint32Array,
  slot: number,
  name: Exclude<keyof typeof liveTable, 'slots' | 'wordsPerSlot'>,
): number {
  return rows[slot + liveTable[name]] ?? 0;
}

function known(site: number): number {
  return site <= maxSiteId ? site : 0;
}
