import type { PanelPlace } from '#protocol/panel.ts';
import type { SortColumn } from './engineMessages.ts';
import { durationOf, type TaskStore } from './taskStore.ts';

export interface SortOrder {
  readonly column: SortColumn;
  readonly isDescending: boolean;
}

/** Sorts last, whichever way. */
const last = 0xff_ff_ff_ff;

/** All rows in order; rows of equal value stay in order of their begin. A radix sort: time is linear in the rows. */
export function sortRows(store: TaskStore, order: SortOrder): Uint32Array {
  const keys = keysOf(store, order.column);
  if (order.isDescending) for (let row = 1; row <= store.count; row += 1) keys[row] = reversed(keys[row] ?? 0);
  return radixSort(keys, store.count);
}

function reversed(key: number): number {
  return key === last ? last : last - 1 - key;
}

const digitBits = 11;
const digits = 1 << digitBits;

/** Rows 1 to `count` by their keys, ascending, stable. */
function radixSort(keys: Uint32Array, count: number): Uint32Array {
  let from = new Uint32Array(count);
  for (let index = 0; index < count; index += 1) from[index] = index + 1;
  let to = new Uint32Array(count);
  for (let shift = 0; shift < 32; shift += digitBits) {
    const starts = startsOf(keys, count, shift);
    if (starts === undefined) continue;
    for (let index = 0; index < count; index += 1) {
      const row = from[index] ?? 0;
      const digit = ((keys[row] ?? 0) >>> shift) & (digits - 1);
      const at = starts[digit] ?? 0;
      to[at] = row;
      starts[digit] = at + 1;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Where the rows of each digit begin; `undefined` when all rows have the same one. */
function startsOf(keys: Uint32Array, count: number, shift: number): Uint32Array | undefined {
  const counts = new Uint32Array(digits);
  for (let row = 1; row <= count; row += 1) {
    const digit = ((keys[row] ?? 0) >>> shift) & (digits - 1);
    counts[digit] = (counts[digit] ?? 0) + 1;
  }
  let sum = 0;
  for (let digit = 0; digit < digits; digit += 1) {
    const own = counts[digit] ?? 0;
    if (own === count) return undefined;
    counts[digit] = sum;
    sum += own;
  }
  return counts;
}

/** By row; unsigned numbers in the order of the values. */
function keysOf(store: TaskStore, column: SortColumn): Uint32Array {
  switch (column) {
    case 'state':
      return stateKeys(store);
    case 'function':
      return byPlace(store, store.function, ({ label }) => label.toLowerCase());
    case 'place':
      return byPlace(store, store.function, whereText);
    case 'waitsAt':
      return byPlace(store, store.waitsAt, ({ label }) => label.toLowerCase());
    case 'parent':
      return byParent(store);
    case 'begun':
      return timeKeys(store);
    case 'duration':
      return floatKeys(store, durationOf);
    case 'busy':
      return floatKeys(store, ({ busy }, row) => busy[row] ?? 0);
    case 'waits':
      return store.waits.slice(0, store.count + 1);
    default:
      return column satisfies never;
  }
}

/** What needs a look comes first: lost, waiting, running, rejected, gone, done. Index: `TaskState`. */
const stateRanks: readonly number[] = [9, 2, 1, 5, 3, 0, 4];

function stateKeys({ state, count }: TaskStore): Uint32Array {
  const keys = new Uint32Array(count + 1);
  for (let row = 1; row <= count; row += 1) keys[row] = stateRanks[state[row] ?? 0] ?? last;
  return keys;
}

function whereText({ file, line }: PanelPlace): string {
  return `${file.toLowerCase()} ${String(line).padStart(8, '0')}`;
}

function ranksOf(places: readonly PanelPlace[], textOf: (place: PanelPlace) => string): Uint32Array {
  const texts = places.map(textOf);
  const sorted = Array.from(texts, (_, index) => index);
  sorted.sort((a, b) => {
    const [left, right] = [texts[a] ?? '', texts[b] ?? ''];
    return left < right ? -1 : left > right ? 1 : 0;
  });
  const ranks = new Uint32Array(places.length);
  let rank = 0;
  for (const [index, place] of sorted.entries()) {
    if (index > 0 && texts[place] !== texts[sorted[index - 1] ?? 0]) rank += 1;
    ranks[place] = rank;
  }
  ranks[0] = last;
  return ranks;
}

function byPlace(store: TaskStore, column: Uint32Array, textOf: (place: PanelPlace) => string): Uint32Array {
  const ranks = ranksOf(store.places, textOf);
  const keys = new Uint32Array(store.count + 1);
  for (let row = 1; row <= store.count; row += 1) keys[row] = ranks[column[row] ?? 0] ?? last;
  return keys;
}

function byParent(store: TaskStore): Uint32Array {
  const keys = byPlace(store, store.function, ({ label }) => label.toLowerCase());
  const ofParent = new Uint32Array(store.count + 1);
  for (let row = 1; row <= store.count; row += 1) {
    const parent = store.parent[row] ?? 0;
    ofParent[row] = parent === 0 ? last : (keys[parent] ?? last);
  }
  return ofParent;
}

/** µs up to 71 minutes, coarser above. */
function timeKeys({ begin, count, endTime }: TaskStore): Uint32Array {
  const keys = new Uint32Array(count + 1);
  const scale = Math.max(1, endTime / (last - 2));
  for (let row = 1; row <= count; row += 1) keys[row] = Math.min(last - 2, Math.max(0, (begin[row] ?? 0) / scale));
  return keys;
}

/** The bits of floats that are not negative are in the order of their values. */
function floatKeys(store: TaskStore, valueOf: (store: TaskStore, row: number) => number): Uint32Array {
  const values = new Float32Array(store.count + 1);
  for (let row = 1; row <= store.count; row += 1) values[row] = Math.max(0, valueOf(store, row));
  return new Uint32Array(values.buffer);
}
