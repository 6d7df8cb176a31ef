import { payloadMask, recordKind, ring, syncInterval } from '#protocol/records.ts';
import { control, headerOf, ownHeader, type ThreadMemory } from './threadMemory.ts';

/** Writes records into the ring of its thread. */
export interface RecordWriter {
  /** One word: kind and payload. */
  readonly put: (word: number) => void;
  /** A record of two words. */
  readonly putPair: (word: number, extra: number) => void;
  /** The next record gets the exact time. */
  readonly wantExactTime: () => void;
  /** For those who write records of one word by themselves: the words of the ring, … */
  readonly words: Int32Array;
  /** … what must stand before a record at that position, when it is a multiple of `timeInterval` or the coarse clock has moved (the position behind it) … */
  readonly prepared: (at: number) => number;
  /** … and how the new position is published. */
  readonly isStrong: boolean;
}

export interface WriterOptions {
  readonly memory: ThreadMemory;
  readonly control: Int32Array;
  /** µs since the thread's start, integer. */
  readonly nowUs: () => number;
  /** Id of the current task. */
  readonly currentId: () => number;
  /** Called now and then when the clock was read. */
  readonly onTime: () => void;
  /** Whether stores of a thread become visible in their order, as on x64. Elsewhere `head` is stored atomically, which costs 10 ns. */
  readonly isStrong: boolean;
}

/** Records between two reads of the clock at most, a power of two. */
export const timeInterval = 128;
/** After a pause of the thread that many records get their exact time. */
const exactAfterPause = 4;
/** While the worker starts there is no coarse clock; so many records read the exact one. */
const exactAtStart = 20_000;

const syncWord = recordKind.sync << 28;
const timeWord = recordKind.time << 28;
const { head, clock } = ring;
const { seenClock, isSlow, tasks } = ownHeader;

/**
 * The hot part is `put`: a load, a compare of the coarse clock and two stores. All state lies in typed arrays that never change, so that
 * optimized code has their addresses as constants. The position is published only after the record is complete.
 */
export function recordWriter(options: WriterOptions): RecordWriter {
  const { memory, nowUs, currentId, onTime } = options;
  const header = headerOf(memory);
  const words = new Int32Array(memory.ring, ring.headerWords * 4);
  const mask = words.length - 1;
  const times = new Float64Array(1);
  let exactLeft = 0;
  let startLeft = exactAtStart;
  let previousClock = 0;
  header[seenClock] = -1;

  const publish = options.isStrong
    ? (position: number): void => {
        header[head] = position;
      }
    : (position: number): void => {
        Atomics.store(header, head, position);
      };

  /** Where the next record goes, after what must stand before it. */
  function next(): number {
    const at = header[head] ?? 0;
    return (at & (timeInterval - 1)) === 0 || header[clock] !== header[seenClock] ? prepared(at) : at;
  }

  function prepared(at: number): number {
    const after = (at & (syncInterval - 1)) === 0 ? sync(at) : time(at);
    followClock();
    onTime();
    return after;
  }

  function sync(at: number): number {
    const now = nowUs();
    words[at & mask] = syncWord;
    words[(at + 1) & mask] = (header[tasks] ?? 0) + 1;
    words[(at + 2) & mask] = currentId();
    words[(at + 3) & mask] = now | 0;
    words[(at + 4) & mask] = Math.floor(now / 0x1_00_00_00_00);
    times[0] = now;
    return (at + 5) | 0;
  }

  function time(from: number): number {
    const now = nowUs();
    let gap = now - (times[0] ?? 0);
    let at = from;
    while (gap > 0) {
      const step = Math.min(gap, payloadMask);
      words[at & mask] = timeWord | step;
      at = (at + 1) | 0;
      gap -= step;
      if ((at & (syncInterval - 1)) === 0) return sync(at);
    }
    times[0] = now;
    return at;
  }

  /** Decides when the exact clock is read again. */
  function followClock(): void {
    const now = header[clock] ?? 0;
    if (now - previousClock > 1) exactLeft = exactAfterPause;
    else if (exactLeft > 0) exactLeft -= 1;
    previousClock = now;
    const isStarting = header[ring.workerState] === 0 && startLeft > 0;
    if (isStarting) startLeft -= 1;
    header[seenClock] = isStarting || exactLeft > 0 ? -1 : now;
    if (header[isSlow] === 1) wakeWorker();
  }

  function wakeWorker(): void {
    header[isSlow] = 0;
    Atomics.add(options.control, control.wake, 1);
    Atomics.notify(options.control, control.wake);
  }

  return {
    words,
    prepared,
    isStrong: options.isStrong,
    put(word) {
      const at = next();
      words[at & mask] = word;
      publish((at + 1) | 0);
    },
    putPair(word, extra) {
      let at = next();
      if ((at & (syncInterval - 1)) === syncInterval - 1) {
        words[at & mask] = 0;
        at = sync((at + 1) | 0);
      }
      words[at & mask] = word;
      words[(at + 1) & mask] = extra;
      publish((at + 2) | 0);
    },
    wantExactTime() {
      header[seenClock] = -1;
    },
  };
}
