import { longerBytes, longerNumbers, longerWords, nextLength } from './growable.ts';
import { taskState, type TaskColumns, type WaitColumns } from './model.ts';

/** The tasks of a thread while it is read: the columns of the model, and what following the records needs. Row 0 is "no task". */
export interface TaskTable extends TaskColumns {
  count: number;
  id: Uint32Array;
  site: Uint32Array;
  parent: Uint32Array;
  begin: Float64Array;
  end: Float64Array;
  state: Uint8Array;
  busy: Float64Array;
  waits: Uint32Array;
  lastWait: Uint32Array;
  /** Row of the task that goes on when this one stops. */
  returnTo: Uint32Array;
  /** Row of the last task it started since it went on; 0 also when that one is known to float. */
  lastChild: Uint32Array;
  /** Tasks it started since it went on. */
  started: Uint32Array;
}

export interface WaitTable extends WaitColumns {
  count: number;
  task: Uint32Array;
  site: Uint32Array;
  begin: Float64Array;
  end: Float64Array;
  child: Uint32Array;
  started: Uint32Array;
  previous: Uint32Array;
}

export function taskTable(): TaskTable {
  const length = nextLength(0);
  const words = () => new Uint32Array(length);
  return {
    count: 0,
    id: words(),
    site: words(),
    parent: words(),
    begin: new Float64Array(length),
    end: new Float64Array(length),
    state: new Uint8Array(length),
    busy: new Float64Array(length),
    waits: words(),
    lastWait: words(),
    returnTo: words(),
    lastChild: words(),
    started: words(),
  };
}

export function waitTable(): WaitTable {
  const length = nextLength(0);
  const words = () => new Uint32Array(length);
  return {
    count: 0,
    task: words(),
    site: words(),
    begin: new Float64Array(length),
    end: new Float64Array(length),
    child: words(),
    started: words(),
    previous: words(),
  };
}

/** A new task that runs; the caller knows its parent. `begin` is `NaN` when not known. Returns its row. */
export function addTask(tasks: TaskTable, id: number, site: number, begin: number): number {
  const row = tasks.count + 1;
  if (row >= tasks.id.length) growTasks(tasks);
  tasks.count = row;
  tasks.id[row] = id;
  tasks.site[row] = site;
  tasks.parent[row] = 0;
  tasks.begin[row] = begin;
  tasks.end[row] = Number.NaN;
  tasks.state[row] = taskState.running;
  tasks.busy[row] = 0;
  tasks.waits[row] = 0;
  tasks.lastWait[row] = 0;
  tasks.returnTo[row] = 0;
  tasks.lastChild[row] = 0;
  tasks.started[row] = 0;
  return row;
}

/** Both tables of a thread. */
export interface ThreadTables {
  readonly tasks: TaskTable;
  readonly waits: WaitTable;
}

/** The task waits from now on, for the last task it started. */
export function addWait({ tasks, waits }: ThreadTables, task: number, site: number, begin: number): void {
  const row = waits.count + 1;
  if (row >= waits.task.length) growWaits(waits);
  waits.count = row;
  waits.task[row] = task;
  waits.site[row] = site;
  waits.begin[row] = begin;
  waits.end[row] = Number.NaN;
  waits.child[row] = tasks.lastChild[task] ?? 0;
  waits.started[row] = tasks.started[task] ?? 0;
  waits.previous[row] = tasks.lastWait[task] ?? 0;
  tasks.lastWait[task] = row;
  tasks.waits[task] = (tasks.waits[task] ?? 0) + 1;
  tasks.state[task] = taskState.waiting;
}

function growTasks(tasks: TaskTable): void {
  const length = nextLength(tasks.id.length);
  tasks.id = longerWords(tasks.id, length);
  tasks.site = longerWords(tasks.site, length);
  tasks.parent = longerWords(tasks.parent, length);
  tasks.begin = longerNumbers(tasks.begin, length);
  tasks.end = longerNumbers(tasks.end, length);
  tasks.state = longerBytes(tasks.state, length);
  tasks.busy = longerNumbers(tasks.busy, length);
  tasks.waits = longerWords(tasks.waits, length);
  tasks.lastWait = longerWords(tasks.lastWait, length);
  tasks.returnTo = longerWords(tasks.returnTo, length);
  tasks.lastChild = longerWords(tasks.lastChild, length);
  tasks.started = longerWords(tasks.started, length);
}

function growWaits(waits: WaitTable): void {
  const length = nextLength(waits.task.length);
  waits.task = longerWords(waits.task, length);
  waits.site = longerWords(waits.site, length);
  waits.begin = longerNumbers(waits.begin, length);
  waits.end = longerNumbers(waits.end, length);
  waits.child = longerWords(waits.child, length);
  waits.started = longerWords(waits.started, length);
  waits.previous = longerWords(waits.previous, length);
}
