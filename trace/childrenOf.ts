import type { ThreadModel } from './model.ts';

/** Rows of the tasks that each task started, in order of their begin. */
export interface Children {
  /** Children of `row` are `rows[starts[row]]` up to, not including, `rows[starts[row + 1]]`. */
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
}

export function childrenOf({ tasks }: ThreadModel): Children {
  const starts = new Uint32Array(tasks.count + 2);
  for (let row = 1; row <= tasks.count; row += 1) {
    const next = (tasks.parent[row] ?? 0) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let row = 1; row < starts.length; row += 1) starts[row] = (starts[row] ?? 0) + (starts[row - 1] ?? 0);
  const rows = new Uint32Array(tasks.count);
  const filled = starts.slice();
  for (let row = 1; row <= tasks.count; row += 1) {
    const parent = tasks.parent[row] ?? 0;
    rows[filled[parent] ?? 0] = row;
    filled[parent] = (filled[parent] ?? 0) + 1;
  }
  return { starts, rows };
}

/** Children that a task started before its wait, since it went on before: the members of a `Promise.all`, if that is what it awaits. */
export function startedBefore(thread: ThreadModel, children: Children, wait: number): readonly number[] {
  const { tasks, waits } = thread;
  const task = waits.task[wait] ?? 0;
  const from = waits.end[waits.previous[wait] ?? 0] ?? 0;
  const since = (waits.previous[wait] ?? 0) === 0 ? Number.NEGATIVE_INFINITY : from;
  const until = waits.begin[wait] ?? 0;
  const found: number[] = [];
  // The clock stands still between records, so the newest that began in time are taken, as many as were counted.
  for (let at = (children.starts[task + 1] ?? 0) - 1; at >= (children.starts[task] ?? 0); at -= 1) {
    if (found.length >= (waits.started[wait] ?? 0)) break;
    const row = children.rows[at] ?? 0;
    const begin = tasks.begin[row] ?? 0;
    if (begin < since) break;
    if (begin <= until) found.push(row);
  }
  return found.toReversed();
}
