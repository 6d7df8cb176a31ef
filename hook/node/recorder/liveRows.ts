import { liveTable, ring } from '#protocol/records.ts';
import { headerOf, ownHeader, type ThreadMemory } from './threadMemory.ts';

/**
 * The rows of the live table as their thread writes them, and which task is current. A slot is the number of a row; 0 stands for no task.
 * Nothing here allocates. Row 0 takes writes meant for no task, so that they need no branch; its id stays 0.
 */
export interface LiveRows {
  /** Slot of the current task. */
  readonly current: () => number;
  /** Id of the task in that slot, 0 for slot 0 and free ones. */
  readonly idOf: (slot: number) => number;
  /** The task in that slot, its function and where it waits. */
  readonly rowOf: (slot: number) => { readonly task: number; readonly site: number; readonly waitsAt: number };
  /** Whether there is a slot for one more task; counts a task without one. */
  readonly hasRoom: () => boolean;
  /** A new task, child of the current one, becomes current. Only after `hasRoom`. */
  readonly begin: (site: number) => number;
  /** The current task waits at that site; the one it returns to becomes current. */
  readonly wait: (slot: number, site: number) => void;
  /** It waits for its consumer, not for a task that it started. */
  readonly waitForConsumer: (slot: number, site: number) => void;
  /** Nobody waits for the task that the current one started last. */
  readonly forgetChild: () => void;
  /** A task that waited becomes current. */
  readonly goOn: (slot: number) => void;
  /** The current task is over; the one it returns to becomes current. */
  readonly end: (slot: number) => void;
  /** A task that waits will never go on: its slot is free again. */
  readonly drop: (slot: number) => void;
  /** Whether the task in that slot is the current one or will become current when others return. */
  readonly isBelow: (slot: number) => boolean;
}

const { slotsUsed, current, clock, untracked } = ring;
const { wordsPerSlot, id, site: siteWord, parent, waitsAt, since, begun, waitsFor, lastChild } = liveTable;
const { tasks } = ownHeader;
const shift = Math.log2(wordsPerSlot);
/** Free slots are linked as they are needed, so that the pages of a large table stay untouched. */
const linkedAtOnce = 256;

export function liveRows(memory: ThreadMemory): LiveRows {
  const header = headerOf(memory);
  const table = new Int32Array(memory.table);
  const slots = table.length >> shift;
  /** By slot: where a task returns to, or the next free slot. Slot 0: the first free slot. */
  const links = new Int32Array(slots);
  header[slotsUsed] = 1;

  function linkMore(): boolean {
    const from = header[slotsUsed] ?? 0;
    const to = Math.min(from + linkedAtOnce, slots);
    if (from >= to) {
      header[untracked] = (header[untracked] ?? 0) + 1;
      return false;
    }
    for (let slot = from; slot < to - 1; slot += 1) links[slot] = slot + 1;
    links[0] = from;
    header[slotsUsed] = to;
    return true;
  }

  function free(slot: number): void {
    table[slot << shift] = 0;
    links[slot] = links[0] ?? 0;
    links[0] = slot;
  }

  return {
    current: () => header[current] ?? 0,
    idOf: (slot) => table[slot << shift] ?? 0,
    rowOf(slot) {
      const row = slot << shift;
      return { task: (table[row] ?? 0) >>> 0, site: table[row + siteWord] ?? 0, waitsAt: table[row + waitsAt] ?? 0 };
    },
    hasRoom: () => links[0] !== 0 || linkMore(),
    begin(site) {
      const slot = links[0] ?? 0;
      links[0] = links[slot] ?? 0;
      const caller = header[current] ?? 0;
      const task = ((header[tasks] ?? 0) + 1) | 0;
      const now = header[clock] ?? 0;
      const row = slot << shift;
      const callerRow = caller << shift;
      table[callerRow + lastChild] = task;
      table[row + siteWord] = site;
      table[row + parent] = table[callerRow] ?? 0;
      table[row + waitsAt] = 0;
      table[row + since] = now;
      table[row + begun] = now;
      table[row + waitsFor] = 0;
      table[row + lastChild] = 0;
      table[row + id] = task;
      header[tasks] = task;
      links[slot] = caller;
      header[current] = slot;
      return slot;
    },
    wait(slot, site) {
      const row = slot << shift;
      table[row + waitsAt] = site;
      table[row + since] = header[clock] ?? 0;
      table[row + waitsFor] = table[row + lastChild] ?? 0;
      header[current] = links[slot] ?? 0;
    },
    waitForConsumer(slot, site) {
      const row = slot << shift;
      table[row + waitsAt] = site;
      table[row + since] = header[clock] ?? 0;
      header[current] = links[slot] ?? 0;
    },
    forgetChild() {
      table[((header[current] ?? 0) << shift) + lastChild] = 0;
    },
    goOn(slot) {
      const row = slot << shift;
      table[row + waitsAt] = 0;
      table[row + since] = header[clock] ?? 0;
      table[row + waitsFor] = 0;
      table[row + lastChild] = 0;
      links[slot] = header[current] ?? 0;
      header[current] = slot;
    },
    end(slot) {
      header[current] = links[slot] ?? 0;
      free(slot);
    },
    drop: free,
    isBelow(slot) {
      for (let each = header[current] ?? 0; each !== 0; each = links[each] ?? 0) if (each === slot) return true;
      return false;
    },
  };
}
