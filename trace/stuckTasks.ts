import type { ThreadModel, TraceModel } from './model.ts';
import { awaitersAt, livesAt, placeAt, placeId, waitAt, type TaskRef } from './taskChains.ts';

/** Tasks that wait at one place. */
export interface StuckGroup {
  /** Place of the await; 0: not known. */
  readonly place: number;
  /** Place of the function that waits. */
  readonly function: number;
  readonly count: number;
  /** Of these, wait for no living task that is known: the cause lies here. */
  readonly leaves: number;
  /** Waiting times in ms, ascending. */
  readonly agesMs: Float64Array;
  /** The one that waits longest. */
  readonly oldest: TaskRef;
}

/** Tasks with the same place, awaited or started by tasks with the same place: a node of merged stacks. */
export interface StuckNode {
  /** Place of the await; 0: they run, or it is not known. */
  readonly place: number;
  readonly function: number;
  count: number;
  /** Of these, wait for no living task that is known: the end of the chain, where the cause lies. */
  leaves: number;
  oldestMs: number;
  /** Of these, were started or awaited by one of the same node. */
  recursions: number;
  oldest: TaskRef;
  readonly children: StuckNode[];
}

/** Tasks that wait for each other in a circle: none can ever go on. Each waits for the next, the last for the first. */
export type Deadlock = readonly TaskRef[];

export interface StuckTasks {
  /** Those with a cause first, then by age and count; generators that wait for a consumer are left out. */
  readonly groups: readonly StuckGroup[];
  /** The same tasks and those that wait for them, from the roots; nodes with most tasks first. */
  readonly roots: readonly StuckNode[];
  readonly deadlocks: readonly Deadlock[];
  /** Living tasks at that time, waiting or not. */
  readonly alive: number;
}

/** What was alive at a time (µs since each thread's start; default: the end of the trace), and what it waited for. */
export function stuckTasks(model: TraceModel, time = Number.POSITIVE_INFINITY): StuckTasks {
  const parts = model.threads.map((thread) => waitingOf(model, thread, time));
  return {
    groups: groupsOf(parts.flatMap(({ waiting }) => waiting)),
    roots: mergedStacks(model, time),
    deadlocks: model.threads.flatMap((thread) => deadlocksOf(thread, time)),
    alive: parts.reduce((sum, { alive }) => sum + alive, 0),
  };
}

interface Waiting extends TaskRef {
  readonly place: number;
  readonly function: number;
  readonly ageMs: number;
  readonly isLeaf: boolean;
}

function waitingOf(
  model: TraceModel,
  thread: ThreadModel,
  time: number,
): { waiting: readonly Waiting[]; alive: number } {
  const waiting: Waiting[] = [];
  const blameless = awaitersOfLiving(thread, time);
  let alive = 0;
  for (let row = 1; row <= thread.tasks.count; row += 1) {
    if (!livesAt(thread, row, time)) continue;
    alive += 1;
    const wait = waitAt(thread, row, time);
    const place = placeId(thread, thread.waits.site[wait] ?? 0);
    if (wait === 0 || placeAt(model, place).kind === 'yield') continue;
    const functionPlace = placeId(thread, thread.tasks.site[row] ?? 0);
    const isLeaf = blameless[row] === 0;
    waiting.push({ thread, row, place, function: functionPlace, ageMs: ageMs(thread, wait, time), isLeaf });
  }
  return { waiting, alive };
}

/**
 * By row: 1 when it waits for a living task that is known: the awaited one, or another that it started together with that,
 * as the members of a `Promise.all`.
 */
function awaitersOfLiving(thread: ThreadModel, time: number): Uint8Array {
  const { tasks, waits } = thread;
  const found = new Uint8Array(tasks.count + 1);
  for (let row = 1; row <= tasks.count; row += 1) {
    if (!livesAt(thread, row, time)) continue;
    const child = waits.child[waitAt(thread, row, time)] ?? 0;
    if (child !== 0 && livesAt(thread, child, time)) found[row] = 1;
    const parent = tasks.parent[row] ?? 0;
    const parentWait = parent === 0 ? 0 : waitAt(thread, parent, time);
    const isOneOfMany = (waits.started[parentWait] ?? 0) > 1 && (waits.child[parentWait] ?? 0) !== 0;
    const since = waits.end[waits.previous[parentWait] ?? 0] ?? 0;
    if (isOneOfMany && (tasks.begin[row] ?? 0) >= since) found[parent] = 1;
  }
  return found;
}

function ageMs(thread: ThreadModel, wait: number, time: number): number {
  const begin = thread.waits.begin[wait] ?? 0;
  return Math.max(0, (Math.min(time, thread.endTime) - begin) / 1000 || 0);
}

function groupsOf(waiting: readonly Waiting[]): readonly StuckGroup[] {
  const byPlace = new Map<string, Waiting[]>();
  for (const each of waiting) {
    const key = `${each.place} ${each.function}`;
    const list = byPlace.get(key);
    if (list === undefined) byPlace.set(key, [each]);
    else list.push(each);
  }
  const groups = [...byPlace.values()].flatMap((each) => groupOf(each) ?? []);
  const age = ({ agesMs }: StuckGroup) => agesMs.at(-1) ?? 0;
  return groups.toSorted((a, b) => Number(b.leaves > 0) - Number(a.leaves > 0) || age(b) - age(a) || b.count - a.count);
}

function groupOf(tasks: readonly Waiting[]): StuckGroup | undefined {
  const [first] = tasks;
  if (first === undefined) return undefined;
  const oldest = tasks.reduce((best, each) => (each.ageMs > best.ageMs ? each : best), first);
  return {
    place: first.place,
    function: first.function,
    count: tasks.length,
    leaves: tasks.filter(({ isLeaf }) => isLeaf).length,
    agesMs: Float64Array.from(tasks, (task) => task.ageMs).toSorted(),
    oldest: { thread: oldest.thread, row: oldest.row },
  };
}

/** Nodes while they are merged: found by their place below another. */
interface Forest {
  readonly roots: StuckNode[];
  readonly byKey: Map<string, StuckNode>;
  readonly numbers: Map<StuckNode, number>;
}

function mergedStacks(model: TraceModel, time: number): readonly StuckNode[] {
  const forest: Forest = { roots: [], byKey: new Map(), numbers: new Map() };
  for (const thread of model.threads) addStacks(model, forest, { thread, time });
  return forest.roots;
}

function addStacks(
  model: TraceModel,
  forest: Forest,
  { thread, time }: { readonly thread: ThreadModel; readonly time: number },
): void {
  const awaiters = awaitersAt(thread, time);
  const blameless = awaitersOfLiving(thread, time);
  const nodes: (StuckNode | undefined)[] = [];
  const above = (row: number): number => {
    const parent = thread.tasks.parent[row] ?? 0;
    return awaiters[row] || (parent !== 0 && livesAt(thread, parent, time) ? parent : 0);
  };
  for (let row = 1; row <= thread.tasks.count; row += 1) {
    if (!livesAt(thread, row, time) || nodes[row] !== undefined) continue;
    for (const each of pathTo(row, above, nodes)) {
      nodes[each] = join(
        forest,
        nodes[above(each)],
        describe(model, { thread, row: each, isLeaf: blameless[each] === 0 }, time),
      );
    }
  }
}

/** The row and those above it that have no node yet, the outermost first. A circle is cut where it closes. */
function pathTo(
  row: number,
  above: (row: number) => number,
  nodes: readonly (StuckNode | undefined)[],
): readonly number[] {
  const path: number[] = [];
  const seen = new Set<number>();
  for (let each = row; each !== 0 && nodes[each] === undefined && !seen.has(each); each = above(each)) {
    path.push(each);
    seen.add(each);
  }
  return path.toReversed();
}

function describe(
  model: TraceModel,
  { thread, row, isLeaf }: TaskRef & { readonly isLeaf: boolean },
  time: number,
): StuckNode {
  const wait = waitAt(thread, row, time);
  const place = placeId(thread, thread.waits.site[wait] ?? 0);
  const isYield = placeAt(model, place).kind === 'yield';
  return {
    place,
    function: placeId(thread, thread.tasks.site[row] ?? 0),
    count: 1,
    leaves: wait !== 0 && !isYield && isLeaf ? 1 : 0,
    oldestMs: wait === 0 ? 0 : ageMs(thread, wait, time),
    recursions: 0,
    oldest: { thread, row },
    children: [],
  };
}

/** Counts a task in the node of its kind. A task that stands below one of its kind is a recursion: no tree is as deep as that. */
function join(forest: Forest, parent: StuckNode | undefined, task: StuckNode): StuckNode {
  const isRecursion = parent !== undefined && parent.place === task.place && parent.function === task.function;
  const key = `${parent === undefined ? 0 : forest.numbers.get(parent)} ${task.function} ${task.place}`;
  const node = isRecursion ? parent : forest.byKey.get(key);
  if (node === undefined) {
    forest.byKey.set(key, task);
    forest.numbers.set(task, forest.numbers.size + 1);
    (parent?.children ?? forest.roots).push(task);
    return task;
  }
  node.count += 1;
  node.leaves += task.leaves;
  if (isRecursion) node.recursions += 1;
  if (task.oldestMs > node.oldestMs) {
    node.oldestMs = task.oldestMs;
    node.oldest = task.oldest;
  }
  return node;
}

/** Each task waits for at most one other, so every circle is found by walking until a task is met again. */
function deadlocksOf(thread: ThreadModel, time: number): readonly Deadlock[] {
  const found: Deadlock[] = [];
  const walkOf = new Uint32Array(thread.tasks.count + 1);
  const next = (row: number): number => {
    const child = thread.waits.child[waitAt(thread, row, time)] ?? 0;
    return child !== 0 && livesAt(thread, child, time) ? child : 0;
  };
  for (let start = 1; start <= thread.tasks.count; start += 1) {
    if (!livesAt(thread, start, time)) continue;
    let row = start;
    while (row !== 0 && walkOf[row] === 0) {
      walkOf[row] = start;
      row = next(row);
    }
    if (row !== 0 && walkOf[row] === start) found.push(circleFrom(thread, row, next));
  }
  return found;
}

function circleFrom(thread: ThreadModel, start: number, next: (row: number) => number): Deadlock {
  const circle: TaskRef[] = [];
  let row = start;
  do {
    circle.push({ thread, row });
    row = next(row);
  } while (row !== start && row !== 0);
  return circle;
}
