import { taskState } from '#trace/model.ts';
import { NumberList } from './numberList.ts';
import { RowList } from './rowList.ts';
import type { TaskStore } from './taskStore.ts';

/** Tasks of one function in one thread, packed into lanes, and what is needed to say how many were alive in any span of time. */
export interface LaneGroup {
  readonly function: number;
  readonly thread: number;
  /** Tasks of a lane do not overlap and stand in order of time. */
  readonly lanes: RowList[];
  /** End of the last task of each lane; infinite while it lives. */
  readonly laneEnds: number[];
  /** Ended lanes, lowest first: a heap of lane numbers. */
  readonly free: number[];
  /** Lanes that end, earliest first: a heap of lane numbers by `laneEnds`. */
  readonly ending: number[];
  readonly begins: Moments;
  readonly ends: Moments;
  /** Ends of those that rejected or were lost. */
  readonly failures: Moments;
  count: number;
  /** Whether the user wants to see its lanes; `undefined`: as many fit. */
  choice: boolean | undefined;
}

/** Times in order, with their running sums. */
export interface Moments {
  readonly times: NumberList;
  readonly sums: NumberList;
  /** How many of them are sorted and summed. */
  settled: number;
}

export interface LaneGroups {
  /** In order of their first task. */
  readonly groups: LaneGroup[];
  readonly byKey: Map<number, LaneGroup>;
  /** Lane by row. */
  laneOf: Uint32Array;
  /** Rows that are packed. */
  packed: number;
}

export function laneGroups(): LaneGroups {
  return { groups: [], byKey: new Map(), laneOf: new Uint32Array(1024), packed: 0 };
}

export function groupOf({ byKey }: LaneGroups, store: TaskStore, row: number): LaneGroup | undefined {
  return byKey.get((store.function[row] ?? 0) * 0x1_00_00 + (store.thread[row] ?? 0));
}

/** Packs the rows that are new. Rows of a thread come in order of their begin, so each takes the lowest lane that is free then. */
export function packNew(lanes: LaneGroups, store: TaskStore): void {
  if (store.count >= lanes.laneOf.length) {
    const longer = new Uint32Array(Math.max(store.begin.length, store.count + 1));
    longer.set(lanes.laneOf);
    lanes.laneOf = longer;
  }
  for (let row = lanes.packed + 1; row <= store.count; row += 1) {
    const group = groupOf(lanes, store, row) ?? openGroup(lanes, store, row);
    const begin = store.begin[row] ?? 0;
    const end = store.end[row] ?? Number.NaN;
    const lane = takeLane(group, begin);
    group.lanes[lane]?.push(row);
    lanes.laneOf[row] = lane;
    group.count += 1;
    group.begins.times.push(begin);
    if (Number.isNaN(end)) group.laneEnds[lane] = Number.POSITIVE_INFINITY;
    else endLane(group, lane, { end, state: store.state[row] ?? 0 });
  }
  lanes.packed = store.count;
}

/** Tells that a row that was alive has ended. */
export function endRow(lanes: LaneGroups, store: TaskStore, row: number): void {
  const group = groupOf(lanes, store, row);
  const end = store.end[row] ?? Number.NaN;
  const lane = lanes.laneOf[row] ?? 0;
  if (group === undefined || row > lanes.packed || Number.isNaN(end)) return;
  if (group.laneEnds[lane] !== Number.POSITIVE_INFINITY) return;
  endLane(group, lane, { end, state: store.state[row] ?? 0 });
}

function openGroup(lanes: LaneGroups, store: TaskStore, row: number): LaneGroup {
  const group: LaneGroup = {
    function: store.function[row] ?? 0,
    thread: store.thread[row] ?? 0,
    lanes: [],
    laneEnds: [],
    free: [],
    ending: [],
    begins: noMoments(),
    ends: noMoments(),
    failures: noMoments(),
    count: 0,
    choice: undefined,
  };
  lanes.groups.push(group);
  lanes.byKey.set(group.function * 0x1_00_00 + group.thread, group);
  return group;
}

function endLane(
  group: LaneGroup,
  lane: number,
  { end, state }: { readonly end: number; readonly state: number },
): void {
  group.laneEnds[lane] = end;
  group.ends.times.push(end);
  if (state === taskState.rejected || state === taskState.lost) group.failures.times.push(end);
  sinkIn(group.ending, lane, (each) => group.laneEnds[each] ?? 0);
}

function takeLane(group: LaneGroup, begin: number): number {
  const endOf = (lane: number) => group.laneEnds[lane] ?? 0;
  for (;;) {
    const [next] = group.ending;
    if (next === undefined || endOf(next) > begin) break;
    sinkIn(group.free, popFrom(group.ending, endOf), (lane) => lane);
  }
  const [lowest] = group.free;
  // A begin that lies before the one before it (a clock that was unsure) may find a free lane that is not free yet.
  if (lowest !== undefined && endOf(lowest) <= begin) return popFrom(group.free, (lane) => lane);
  group.lanes.push(new RowList());
  return group.lanes.length - 1;
}

type Weight = (lane: number) => number;

/** Adds to a binary heap, least weight first. */
function sinkIn(heap: number[], lane: number, weight: Weight): void {
  heap.push(lane);
  for (let at = heap.length - 1; at > 0;) {
    const above = (at - 1) >> 1;
    const [upper = 0, lower = 0] = [heap[above], heap[at]];
    if (weight(upper) <= weight(lower)) return;
    heap[above] = lower;
    heap[at] = upper;
    at = above;
  }
}

function popFrom(heap: number[], weight: Weight): number {
  const [least = 0] = heap;
  const moved = heap.pop() ?? 0;
  if (heap.length === 0) return least;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    if (left >= heap.length) break;
    const right = left + 1;
    const below = right < heap.length && weight(heap[right] ?? 0) < weight(heap[left] ?? 0) ? right : left;
    if (weight(moved) <= weight(heap[below] ?? 0)) break;
    heap[at] = heap[below] ?? 0;
    at = below;
  }
  heap[at] = moved;
  return least;
}

function noMoments(): Moments {
  return { times: new NumberList(), sums: new NumberList(), settled: 0 };
}

/** Sorts and sums what is new. New ends are mostly later than the old ones, then only they are sorted. */
export function settle(moments: Moments): void {
  const { times, sums } = moments;
  if (moments.settled === times.length) return;
  times.sortFrom(moments.settled);
  const isLater = moments.settled === 0 || times.at(moments.settled) >= times.at(moments.settled - 1);
  if (!isLater) {
    times.sortFrom(0);
    moments.settled = 0;
    sums.length = 0;
  }
  let sum = sums.length === 0 ? 0 : sums.at(sums.length - 1);
  for (let index = moments.settled; index < times.length; index += 1) {
    sum += times.at(index);
    sums.push(sum);
  }
  moments.settled = times.length;
}

/**
 * How many tasks of a group were alive on average in each pixel: exact at any zoom, because the time lived up to a moment is a difference of
 * sums of the begins and ends before it. `edges`: times of the borders of the pixels, one more than pixels.
 */
export function aliveInPixels(group: LaneGroup, edges: Float64Array, into: Float64Array): void {
  settle(group.begins);
  settle(group.ends);
  const begun = cursor(group.begins);
  const ended = cursor(group.ends);
  let before = begun(edges[0] ?? 0) - ended(edges[0] ?? 0);
  for (let pixel = 0; pixel + 1 < edges.length; pixel += 1) {
    const edge = edges[pixel + 1] ?? 0;
    const lived = begun(edge) - ended(edge);
    into[pixel] = Math.max(0, (lived - before) / (edge - (edges[pixel] ?? 0)));
    before = lived;
  }
}

/** Time passed since all moments before a time, summed; asked with ascending times. */
function cursor({ times, sums }: Moments): (time: number) => number {
  let count = 0;
  return (time) => {
    count = times.countUpTo(time, count);
    return count === 0 ? 0 : time * count - sums.at(count - 1);
  };
}

/** Tasks alive at a moment. */
export function aliveAt(group: LaneGroup, time: number): number {
  settle(group.begins);
  settle(group.ends);
  return group.begins.times.countUpTo(time) - group.ends.times.countUpTo(time);
}
