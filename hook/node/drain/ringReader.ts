import { frameHeaderBytes, frameType, recordsHeaderWords, writeFrameHeader } from '#protocol/frames.ts';
import { ring, syncInterval } from '#protocol/records.ts';

/** Copies what a thread has written from its ring into `records` frames. */
export interface RingReader {
  /** Words written and not taken yet. */
  waiting(): number;
  /**
   * The next words as a `records` frame, in a buffer that the next call uses again; `undefined` when there are none.
   * The writer may be faster at any time, then the words that it has overwritten are passed over and told as lost.
   */
  take(): RingCut | undefined;
  /** Words written so far. */
  written(): number;
}

export interface RingCut {
  readonly frame: Uint8Array;
  readonly words: number;
  /** Words lost before these. */
  readonly lost: number;
}

/** Words of a frame at most. */
const frameWords = 1 << 16;
/** The writer may be that far in front of the `head` it has published. */
const margin = 1024;
const wordBytes = 4;
const bodyStart = frameHeaderBytes + recordsHeaderWords * wordBytes;
/** V8 copies from shared memory byte by byte, four times as slow, unless source and target lie alike to this many bytes. */
const alignment = 8;

export function ringReader(header: Int32Array, words: Uint32Array): RingReader {
  const capacity = words.length;
  const source = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const buffer = new ArrayBuffer(bodyStart + frameWords * wordBytes + alignment);
  /** Sequence number of the next word to be taken, all of its bits. */
  let next = 0;

  const waiting = (): number => (Atomics.load(header, ring.head) - next) >>> 0;

  /** A frame whose words lie to the alignment as those in the ring do. */
  function frameFor(count: number): Uint8Array {
    const inRing = (words.byteOffset + (next % capacity) * wordBytes) % alignment;
    const start = (inRing - bodyStart + 2 * alignment) % alignment;
    return new Uint8Array(buffer, start, bodyStart + count * wordBytes);
  }

  function copy(frame: Uint8Array, count: number): void {
    const from = next % capacity;
    const first = Math.min(count, capacity - from);
    frame.set(source.subarray(from * wordBytes, (from + first) * wordBytes), bodyStart);
    if (first < count) frame.set(source.subarray(0, (count - first) * wordBytes), bodyStart + first * wordBytes);
  }

  /** Goes on at a sync point in the younger half, so that the writer is not there at once again. */
  function passOver(): number {
    const head = next + waiting();
    const to = Math.ceil((head - capacity / 2) / syncInterval) * syncInterval;
    const lost = to - next;
    next = to;
    return lost;
  }

  function writeHeader(frame: Uint8Array): void {
    const view = new DataView(frame.buffer, frame.byteOffset);
    writeFrameHeader(frame, 0, frameType.records, frame.length - frameHeaderBytes);
    view.setUint32(frameHeaderBytes, next >>> 0, true);
    view.setUint32(frameHeaderBytes + wordBytes, Math.floor(next / 0x1_00_00_00_00), true);
  }

  return {
    waiting,
    written: () => next + waiting(),
    take() {
      let lost = 0;
      for (;;) {
        if (waiting() > capacity - margin) lost += passOver();
        const count = Math.min(waiting(), frameWords);
        if (count === 0) return undefined;
        const frame = frameFor(count);
        copy(frame, count);
        if (waiting() > capacity - margin) continue;
        writeHeader(frame);
        next += count;
        return { frame, words: count, lost };
      }
    },
  };
}
