import { panelLimits, type PanelTaskColumns, type TaskProgress, type TasksMessage } from '#protocol/panel.ts';
import { longerWords } from '../growable.ts';
import { taskState, type ThreadModel, type TraceModel } from '../model.ts';
import type { TaskRef } from '../taskChains.ts';
import type { PanelPlaces } from './panelPlaces.ts';

/** Turns tasks of all threads into the rows of one table, and tells what is new since the last time. */
export interface PanelTasks {
  /**
   * New and changed rows since the last call: costs what is new and what was alive, not the whole table. `undefined`: rows were let go and
   * numbered anew, so everything must be told from the beginning.
   */
  news(model: TraceModel): readonly TasksMessage[] | undefined;
  /** Panel row of a task, 0 when it was not told. */
  rowOf(task: TaskRef): number;
  taskAt(model: TraceModel, row: number): TaskRef | undefined;
  /** Panel's number of a thread. */
  threadOf(thread: ThreadModel): number;
}

interface ThreadPart {
  readonly number: number;
  /** Panel row by row of the thread. */
  rows: Uint32Array;
  count: number;
  /** Rows of the thread that were alive when last told. */
  alive: number[];
  folded: number;
}

export function panelTasks(places: PanelPlaces): PanelTasks {
  const parts = new Map<string, ThreadPart>();
  let threadOfRow = new Uint32Array(64);
  let rowInThread = new Uint32Array(64);
  let count = 0;

  const partOf = (thread: ThreadModel): ThreadPart => {
    const key = threadKey(thread);
    const known = parts.get(key);
    if (known !== undefined) return known;
    const part = { number: parts.size, rows: new Uint32Array(64), count: 0, alive: [], folded: thread.folded.tasks };
    parts.set(key, part);
    return part;
  };

  const number = (part: ThreadPart, row: number): void => {
    count += 1;
    if (count >= threadOfRow.length) {
      threadOfRow = longerWords(threadOfRow, Math.ceil(count * 1.5) + 64);
      rowInThread = longerWords(rowInThread, threadOfRow.length);
    }
    threadOfRow[count] = part.number;
    rowInThread[count] = row;
    part.rows[row] = count;
  };

  return {
    news(model) {
      const all = model.threads.map((thread) => ({ thread, part: partOf(thread) }));
      if (all.some(({ thread, part }) => thread.folded.tasks !== part.folded)) return undefined;
      const start = Math.min(...model.threads.map(({ hello }) => hello.startedAt));
      const messages: TasksMessage[] = [];
      for (const { thread, part } of all) {
        const context = { thread, part, places, offset: (thread.hello.startedAt - start) * 1000 };
        const endTime = thread.endTime + context.offset;
        for (const rows of slices(part.alive, panelLimits.chunk)) {
          const changed = { rows: Uint32Array.from(rows, (row) => part.rows[row] ?? 0), ...progressOf(context, rows) };
          messages.push({ kind: 'tasks', first: count + 1, columns: columnsOf(context, []), changed, endTime });
        }
        part.alive = part.alive.filter((row) => isAlive(thread, row));
        while (part.count < thread.tasks.count && count < panelLimits.tasks) {
          const first = count + 1;
          const rows = nextRows(part, thread, Math.min(panelLimits.chunk, panelLimits.tasks - count));
          if (thread.tasks.count >= part.rows.length)
            part.rows = longerWords(part.rows, Math.ceil(thread.tasks.count * 1.25) + 64);
          for (const row of rows) {
            number(part, row);
            if (isAlive(thread, row)) part.alive.push(row);
          }
          part.count += rows.length;
          messages.push({
            kind: 'tasks',
            first,
            columns: columnsOf(context, rows),
            changed: nothingChanged(context),
            endTime,
          });
        }
      }
      return messages;
    },
    rowOf: ({ thread, row }) => parts.get(threadKey(thread))?.rows[row] ?? 0,
    taskAt(model, row) {
      const wanted = threadOfRow[row];
      if (row < 1 || row > count) return undefined;
      const thread = model.threads.find((each) => parts.get(threadKey(each))?.number === wanted);
      return thread === undefined ? undefined : { thread, row: rowInThread[row] ?? 0 };
    },
    threadOf: (thread) => Math.min(0xffff, partOf(thread).number),
  };
}

function threadKey({ hello }: ThreadModel): string {
  return `${hello.pid}/${hello.thread}/${hello.startedAt}`;
}

function isAlive({ tasks }: ThreadModel, row: number): boolean {
  return tasks.state[row] === taskState.running || tasks.state[row] === taskState.waiting;
}

/** Rows that follow those told, as a typed array: there may be a million. */
function nextRows(part: ThreadPart, thread: ThreadModel, max: number): Uint32Array {
  const rows = new Uint32Array(Math.min(max, thread.tasks.count - part.count));
  for (let index = 0; index < rows.length; index += 1) rows[index] = part.count + 1 + index;
  return rows;
}

function* slices(rows: readonly number[], length: number): Iterable<readonly number[]> {
  for (let at = 0; at < rows.length; at += length) yield rows.slice(at, at + length);
}

interface Context {
  readonly thread: ThreadModel;
  readonly part: ThreadPart;
  readonly places: PanelPlaces;
  /** µs from the start of the run to the start of the thread. */
  readonly offset: number;
}

type Rows = ArrayLike<number>;

function columnsOf(context: Context, rows: Rows): PanelTaskColumns {
  const { thread, part, places, offset } = context;
  const { tasks, placeOf } = thread;
  const columns = {
    function: new Uint32Array(rows.length),
    parent: new Uint32Array(rows.length),
    thread: new Uint16Array(rows.length).fill(Math.min(0xffff, part.number)),
    begin: new Float64Array(rows.length),
  };
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index] ?? 0;
    columns.function[index] = places.idOf(placeOf[tasks.site[row] ?? 0] ?? 0);
    columns.parent[index] = part.rows[tasks.parent[row] ?? 0] ?? 0;
    columns.begin[index] = (tasks.begin[row] ?? Number.NaN) + offset;
  }
  return { ...columns, ...progressOf(context, rows) };
}

function progressOf({ thread, places, offset }: Context, rows: Rows): TaskProgress {
  const { tasks, waits, placeOf } = thread;
  const columns = {
    end: new Float64Array(rows.length),
    state: new Uint8Array(rows.length),
    busy: new Float32Array(rows.length),
    waits: new Uint32Array(rows.length),
    waitsAt: new Uint32Array(rows.length),
    waitsFrom: new Float32Array(rows.length),
  };
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index] ?? 0;
    const state = tasks.state[row] ?? 0;
    columns.end[index] = (tasks.end[row] ?? Number.NaN) + offset;
    columns.state[index] = state;
    columns.busy[index] = tasks.busy[row] ?? 0;
    columns.waits[index] = tasks.waits[row] ?? 0;
    if (state !== taskState.waiting && state !== taskState.lost) continue;
    const wait = tasks.lastWait[row] ?? 0;
    columns.waitsAt[index] = places.idOf(placeOf[waits.site[wait] ?? 0] ?? 0);
    columns.waitsFrom[index] = Math.max(0, (waits.begin[wait] ?? 0) - (tasks.begin[row] ?? 0)) || 0;
  }
  return columns;
}

function nothingChanged(context: Context): TasksMessage['changed'] {
  return { rows: new Uint32Array(0), ...progressOf(context, []) };
}
