import { liveTable, ring } from '#protocol/records.ts';

/** What a thread shares with the drain worker. */
export interface ThreadMemory {
  /** `ring` header, then the words. */
  readonly ring: SharedArrayBuffer;
  /** Live table. */
  readonly table: SharedArrayBuffer;
  /** Known blocking calls that took long, see `timedLog`. */
  readonly timed: SharedArrayBuffer;
}

/** Header words that only the hook knows, behind those of the protocol. */
export const ownHeader = {
  /** Tasks started; the last one's id. */
  tasks: 9,
  /** Coarse clock when the thread last read the exact one; -1: read it at the next record. */
  seenClock: 10,
  /** The worker sets it to 1 while it ticks slowly: the thread wakes it with its next record. */
  isSlow: 11,
  modulesTransformed: 12,
  modulesSkipped: 13,
  /** Errors that were caught and dropped. Word 15 is the watchdog's. */
  swallowed: 14,
} as const;

/** Last blocking calls that took a tick or more, as doubles: how many ever, then rows of site, start (µs), duration (µs). */
export const timedLog = { rows: 64, wordsPerRow: 3, firstRow: 1 } as const;

/** Sizes other than the protocol's, for tests. */
export interface MemorySizes {
  /** Words; a power of two, and two `syncInterval` at least. */
  readonly ringWords?: number;
  /** Rows of the live table. */
  readonly slots?: number;
}

/** Throws what the engine throws when there is no memory to be shared. The system gives pages only as they are used. */
export function threadMemory({ ringWords = ring.capacity, slots = liveTable.slots }: MemorySizes): ThreadMemory {
  return {
    ring: new SharedArrayBuffer((ring.headerWords + ringWords) * 4),
    table: new SharedArrayBuffer(slots * liveTable.wordsPerSlot * 4),
    timed: new SharedArrayBuffer((timedLog.firstRow + timedLog.rows * timedLog.wordsPerRow) * 8),
  };
}

/** Header of that ring. */
export function headerOf(memory: ThreadMemory): Int32Array {
  return new Int32Array(memory.ring, 0, ring.headerWords);
}

/** Words of that ring. */
export function wordsOf(memory: ThreadMemory): Uint32Array {
  return new Uint32Array(memory.ring, ring.headerWords * 4);
}

/** First word of the control block that all threads of a process share with the drain worker. */
export const control = {
  /** Worker sleeps on it; whoever wants it sooner changes it and notifies. Also tells that there are messages. */
  wake: 0,
  /** 1 once the process has printed its one line about a fault. */
  hasPrinted: 1,
  /** 1 once the worker hears the broadcast channel: what is sent there before is lost. */
  isListening: 2,
  /** Who writes the trace of the process, see `owner`; whoever changes it from `nobody` does. */
  owner: 3,
  words: 4,
} as const;

/** Values of `control.owner`. A program may end before its worker is up: then its main thread writes. */
export const owner = { nobody: 0, worker: 1, mainThread: 2 } as const;

/** Makes that one the owner, unless there is one already. */
export function takeOwnership(words: Int32Array, by: number): boolean {
  return Atomics.compareExchange(words, control.owner, owner.nobody, by) === owner.nobody;
}
