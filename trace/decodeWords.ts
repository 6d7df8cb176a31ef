import { payloadBits, payloadMask, recordKind, syncInterval } from '#protocol/records.ts';
import {
  agrees,
  caught,
  enter,
  exit,
  float,
  lose,
  resume,
  standAt,
  step,
  suspend,
  suspendAtYield,
  timed,
  type SyncPoint,
} from './followRecords.ts';
import { rowOfLowId, type ThreadState } from './threadState.ts';

/** Where a thread's stream of words stands. */
export interface WordStream {
  readonly state: ThreadState;
  /** Sequence number of the next word. */
  position: number;
  /** False after a loss, until the next sync point. */
  isSynced: boolean;
  /** Words of a record whose rest comes with the next frame. */
  pending: Uint32Array;
  /** Words that are missing or could not be understood. */
  lostWords: number;
  /** Words with numbers that were read before. */
  repeatedWords: number;
  /** Sync points that said something else than the records before them. */
  disagreements: number;
  /** Called between sync points, where rows may be moved. False: nothing more can be kept. */
  readonly hasRoom: () => boolean;
}

const none = new Uint32Array(0);

export function wordStream(state: ThreadState, hasRoom: () => boolean): WordStream {
  const stream = {
    state,
    position: 0,
    isSynced: true,
    pending: none,
    lostWords: 0,
    repeatedWords: 0,
    disagreements: 0,
  };
  return { ...stream, hasRoom };
}

/** Follows the words of one frame. `sequence`: number of the first one; what was read before is not read again. */
export function decodeWords(stream: WordStream, sequence: number, words: Uint32Array): void {
  const behind = stream.position - sequence;
  if (behind > 0) {
    stream.repeatedWords += Math.min(behind, words.length);
    if (behind < words.length) decodeWords(stream, stream.position, words.subarray(behind));
    return;
  }
  if (behind < 0) loseSync(stream, -behind);
  stream.position = sequence + words.length;
  const { pending } = stream;
  if (pending.length === 0) {
    decodeFrom(stream, sequence, words);
    return;
  }
  const joined = new Uint32Array(pending.length + words.length);
  joined.set(pending);
  joined.set(words, pending.length);
  stream.pending = none;
  decodeFrom(stream, sequence - pending.length, joined);
}

function loseSync(stream: WordStream, words: number): void {
  stream.lostWords += words + stream.pending.length;
  stream.pending = none;
  stream.isSynced = false;
}

function decodeFrom(stream: WordStream, sequence: number, words: Uint32Array): void {
  let at = 0;
  while (at < words.length) {
    const offset = (sequence + at) % syncInterval;
    const end = Math.min(words.length, at + syncInterval - offset);
    const stopped = readInterval(stream, words, { at, end, isAligned: offset === 0 });
    if (stopped === 'cut' && end === words.length && (sequence + end) % syncInterval !== 0) return;
    if (stopped !== 'ok') {
      // The rest of this interval cannot be understood.
      loseSync(stream, stopped === 'cut' ? 0 : stopped);
    }
    at = end;
  }
}

interface Interval {
  readonly at: number;
  readonly end: number;
  /** A sync point must stand at its beginning. */
  readonly isAligned: boolean;
}

const syncWords = 5;

/** `cut`: its last record is not whole and pending. A number: words that were not understood. */
function readInterval(stream: WordStream, words: Uint32Array, { at, end, isAligned }: Interval): 'ok' | 'cut' | number {
  if (!isAligned) return stream.isSynced ? readRecords(stream, words, at, end) : end - at;
  if (!stream.hasRoom()) return end - at;
  if (end - at < syncWords) {
    stream.pending = words.slice(at, end);
    return 'cut';
  }
  if (words[at] !== syncWord || !readSync(stream, words, at)) return end - at;
  return readRecords(stream, words, at + syncWords, end);
}

const syncWord = (recordKind.sync << payloadBits) >>> 0;
/** No thread lives 285 years. */
const maxHighTime = 1 << 21;

function readSync(stream: WordStream, words: Uint32Array, at: number): boolean {
  const high = words[at + 4] ?? 0;
  if (high >= maxHighTime) return false;
  const point: SyncPoint = {
    nextId: words[at + 1] ?? 0,
    currentId: words[at + 2] ?? 0,
    time: (words[at + 3] ?? 0) + high * 2 ** 32,
  };
  if (stream.isSynced && agrees(stream.state, point)) {
    stream.state.now = point.time;
    return true;
  }
  const isFirst = stream.state.nextId === 1 && stream.state.tasks.count === 0;
  if (stream.isSynced && !isFirst) stream.disagreements += 1;
  stream.isSynced = standAt(stream.state, point);
  return stream.isSynced;
}

/** The hot loop. Returns as `readInterval` does. */
// eslint-disable-next-line complexity -- One case per kind of record; a table of functions is slower.
function readRecords(stream: WordStream, words: Uint32Array, from: number, end: number): 'ok' | 'cut' | number {
  const { state } = stream;
  for (let at = from; at < end; at += 1) {
    const word = words[at] ?? 0;
    const payload = word & payloadMask;
    switch (word >>> payloadBits) {
      case recordKind.pad:
        break;
      case recordKind.enter:
        enter(state, payload);
        break;
      case recordKind.suspend:
        suspend(state, payload);
        break;
      case recordKind.resume:
        resume(state, payload);
        break;
      case recordKind.exit:
        exit(state);
        break;
      case recordKind.throw:
        state.throwing = state.current;
        break;
      case recordKind.time:
        step(state, payload);
        break;
      case recordKind.yield:
        suspendAtYield(state, payload);
        break;
      case recordKind.caught:
        caught(state, payload);
        break;
      case recordKind.floating:
        float(state, payload);
        break;
      case recordKind.lost:
        lose(state, rowOfLowId(state, payload), state.now);
        break;
      default: {
        const more = readLongRecord(stream, words, at, end);
        if (more < 0) return more === cut ? 'cut' : end - at;
        at += more;
      }
    }
  }
  return 'ok';
}

const cut = -1;
const broken = -2;

/** Records of more than one word. Returns how many words follow the first. */
function readLongRecord(stream: WordStream, words: Uint32Array, at: number, end: number): number {
  const { state } = stream;
  const word = words[at] ?? 0;
  const payload = word & payloadMask;
  const kind = word >>> payloadBits;
  const more =
    kind === recordKind.timed || kind === recordKind.promises ? 1 : kind === recordKind.extended ? payload : -1;
  if (more < 0 || more >= syncInterval) return broken;
  if (at + more >= end) {
    stream.pending = words.slice(at, end);
    return cut;
  }
  const next = words[at + 1] ?? 0;
  if (kind === recordKind.timed) timed(state, payload, next);
  if (kind === recordKind.promises) {
    state.promisesCreated += payload;
    state.promisesSettled += next;
  }
  return more;
}
