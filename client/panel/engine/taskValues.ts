import type { TaskDetails, TaskValues } from './engineMessages.ts';
import { ageOf, durationOf, type TaskStore } from './taskStore.ts';
import type { WaitCache } from './waitCache.ts';

/** A row as the page shows it. */
export function taskValues(store: TaskStore, row: number): TaskValues {
  const parent = store.parent[row] ?? 0;
  return {
    row,
    state: store.state[row] ?? 0,
    function: store.function[row] ?? 0,
    waitsAt: store.waitsAt[row] ?? 0,
    parent,
    parentFunction: parent === 0 ? 0 : (store.function[parent] ?? 0),
    thread: store.thread[row] ?? 0,
    begin: store.begin[row] ?? Number.NaN,
    end: store.end[row] ?? Number.NaN,
    duration: durationOf(store, row),
    age: ageOf(store, row),
    busy: store.busy[row] ?? 0,
    waits: store.waits[row] ?? 0,
  };
}

const maxAncestors = 12;

export function taskDetails(store: TaskStore, waits: WaitCache, row: number): TaskDetails | undefined {
  if (row < 1 || row > store.count) return undefined;
  const ancestors: { row: number; function: number; state: number }[] = [];
  for (let each = store.parent[row] ?? 0; each !== 0 && ancestors.length < maxAncestors;) {
    ancestors.push({ row: each, function: store.function[each] ?? 0, state: store.state[each] ?? 0 });
    each = store.parent[each] ?? 0;
  }
  const known = (store.waits[row] ?? 0) === 0 ? [] : waits.byTask.get(row)?.waits;
  return { ...taskValues(store, row), ancestors, children: childrenCount(store, row), waitList: known };
}

function childrenCount({ parent, count }: TaskStore, row: number): number {
  let children = 0;
  // Children come later than their parent.
  for (let each = row + 1; each <= count; each += 1) if (parent[each] === row) children += 1;
  return children;
}
