import { extraWords, payloadMask, recordKind, syncInterval } from '#protocol/records.ts';

/** What a stretch of the ring says about the time in which it was written. */
export interface RecordWindow {
  /** Tasks that entered or went on in it. */
  readonly steps: number;
  /** Await site where tasks suspended most, and how often; 0 when none did. */
  readonly frequentSite: number;
  readonly frequentSuspends: number;
  readonly suspends: number;
  /** Known blocking calls, by site; also those too short for `DrainContext.timedCalls`. */
  readonly timedUs: ReadonlyMap<number, number>;
  /** Longest time without a record, in µs since the thread's start; absent when the stretch holds no time. */
  readonly longestGap?: { readonly start: number; readonly end: number };
}

/** More is not read: a storm shows in less, and the worker has other things to do. */
const mostWords = 1 << 18;

/**
 * Reads the words from sequence number `from` (the beginning of a record) to `to`; both are low 32 bits. Words that were overwritten meanwhile
 * give wrong figures, never an error.
 */
export function recordWindow(words: Uint32Array, from: number, to: number): RecordWindow {
  const length = Math.min((to - from) >>> 0, mostWords, words.length >>> 1);
  const end = to >>> 0;
  const start = end - length;
  // Times are known from a sync record on.
  const state = new WindowState(start);
  for (let at = start - (start % syncInterval); at < end;) at = state.read(words, at);
  return state.result();
}

/** Lives for one reading. */
class WindowState {
  readonly #start: number;
  readonly #suspendsBySite = new Map<number, number>();
  readonly #timedUs = new Map<number, number>();
  #steps = 0;
  #suspends = 0;
  #time: number | undefined;
  #gap: { readonly start: number; readonly end: number } | undefined;

  constructor(start: number) {
    this.#start = start;
  }

  /** Reads one record; gives the place of the next. */
  read(words: Uint32Array, at: number): number {
    const mask = words.length - 1;
    const word = words[at & mask] ?? 0;
    const kind = word >>> 28;
    const payload = word & payloadMask;
    if (kind === recordKind.sync) {
      const [low = 0, high = 0] = [words[(at + 3) & mask], words[(at + 4) & mask]];
      this.#moveTo(low + high * 2 ** 32, at);
    } else if (kind === recordKind.time && this.#time !== undefined) this.#moveTo(this.#time + payload, at);
    else if (at >= this.#start) this.#count(kind, payload, words[(at + 1) & mask] ?? 0);
    return at + 1 + (kind === recordKind.extended ? payload : (extraWords[kind] ?? 0));
  }

  #moveTo(time: number, at: number): void {
    const start = this.#time;
    this.#time = time;
    if (start === undefined || at < this.#start) return;
    if (this.#gap === undefined || time - start > this.#gap.end - this.#gap.start) this.#gap = { start, end: time };
  }

  #count(kind: number, payload: number, next: number): void {
    if (kind === recordKind.enter || kind === recordKind.resume) this.#steps += 1;
    else if (kind === recordKind.timed) add(this.#timedUs, payload, next);
    else if (kind === recordKind.suspend) {
      this.#suspends += 1;
      add(this.#suspendsBySite, payload, 1);
    }
  }

  result(): RecordWindow {
    let frequentSite = 0;
    let frequentSuspends = 0;
    for (const [site, count] of this.#suspendsBySite) {
      if (count > frequentSuspends) [frequentSite, frequentSuspends] = [site, count];
    }
    const [steps, suspends, timedUs] = [this.#steps, this.#suspends, this.#timedUs];
    const counts = { steps, suspends, frequentSite, frequentSuspends, timedUs };
    return this.#gap === undefined ? counts : { ...counts, longestGap: this.#gap };
  }
}

function add(sums: Map<number, number>, key: number, by: number): void {
  sums.set(key, (sums.get(key) ?? 0) + by);
}
