import { liveTable, ring } from '#protocol/records.ts';
import { headerOf, ownHeader, type ThreadMemory } from './threadMemory.ts';

/**
 * The rows of the live table as their thread writes them, and which task is current. A slot is the number of a row; 0 stands for no task.
 * Nothing here allocates. Row 0 stands for no task; its id stays 0.
 */
export interface LiveRows {
  /** The table and what belongs to its rows, for those who write them in the course of something else. */
  readonly arrays: RowArrays;
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

export interface RowArrays {
  /** Words of the table. */
  readonly table: Int32Array;
  /** By slot: where a task returns to, or the next free slot. Slot 0: the first free slot. */
  readonly links: Int32Array;
}

const { slotsUsed, current, clock, untracked } = ring;
const { wordsPerSlot, id, site: siteWord, parent, waitsAt, since, begun, waitsFor } = liveTable;
const { tasks } = ownHeader;
/**
 * Word of the table: id of the last task that the current one started or took up since it went on itself, 0 for none. It follows from who
 * stopped last, because whoever stops returns to the task that started it. A word of row 0, whose address V8 knows.
 */
export const lastChild = liveTable.free;
/** From a slot to its row. */
export const rowShift = 3;
/** Free slots are linked as they are needed, so that the pages of a large table stay untouched. */
const linkedAtOnce = 256;

export function liveRows(memory: ThreadMemory): LiveRows {
  const header = headerOf(memory);
  const table = new Int32Array(memory.table);
  const slots = table.length / wordsPerSlot;
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
    table[slot << rowShift] = 0;
    links[slot] = links[0] ?? 0;
    links[0] = slot;
  }

  function stop(slot: number, child: number, site: number): void {
    const row = slot << rowShift;
    table[row + waitsAt] = site;
    table[row + since] = header[clock] ?? 0;
    table[row + waitsFor] = child;
    table[lastChild] = table[row] ?? 0;
    header[current] = links[slot] ?? 0;
  }

  return {
    arrays: { table, links },
    current: () => header[current] ?? 0,
    idOf: (slot) => table[slot << rowShift] ?? 0,
    rowOf(slot) {
      const row = slot << rowShift;
      return { task: (table[row] ?? 0) >>> 0, site: table[row + siteWord] ?? 0, waitsAt: table[row + waitsAt] ?? 0 };
    },
    hasRoom: () => links[0] !== 0 || linkMore(),
    begin(site) {
      const slot = links[0] ?? 0;
      links[0] = links[slot] ?? 0;
      const caller = header[current] ?? 0;
      const task = ((header[tasks] ?? 0) + 1) | 0;
      const row = slot << rowShift;
      table[row + siteWord] = site;
      table[row + parent] = table[caller << rowShift] ?? 0;
      table[row + waitsAt] = 0;
      table[row + begun] = header[clock] ?? 0;
      table[row + id] = task;
      header[tasks] = task;
      table[lastChild] = 0;
      links[slot] = caller;
      header[current] = slot;
      return slot;
    },
    wait: (slot, site) => stop(slot, table[lastChild] ?? 0, site),
    waitForConsumer: (slot, site) => stop(slot, 0, site),
    forgetChild() {
      table[lastChild] = 0;
    },
    goOn(slot) {
      table[(slot << rowShift) + waitsAt] = 0;
      table[lastChild] = 0;
      links[slot] = header[current] ?? 0;
      header[current] = slot;
    },
    end(slot) {
      header[current] = links[slot] ?? 0;
      table[lastChild] = table[slot << rowShift] ?? 0;
      free(slot);
    },
    drop: free,
    isBelow(slot) {
      for (let each = header[current] ?? 0; each !== 0; each = links[each] ?? 0) if (each === slot) return true;
      return false;
    },
  };
}
