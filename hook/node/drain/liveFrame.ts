import { frameHeaderBytes, frameType, liveHeaderWords, writeFrameHeader } from '#protocol/frames.ts';
import { liveTable, ring } from '#protocol/records.ts';

const { wordsPerSlot } = liveTable;

/** Calls back with the index of the first word of each used row. The thread goes on meanwhile, so rows may change under the reader. */
export function eachUsedRow(header: Int32Array, table: Uint32Array, visit: (row: number) => void): void {
  const end = Math.min(Atomics.load(header, ring.slotsUsed), table.length / wordsPerSlot) * wordsPerSlot;
  // Row 0 is no task.
  for (let row = wordsPerSlot; row < end; row += wordsPerSlot) if (table[row] !== 0) visit(row);
}

/** All used rows as a `live` frame. */
export function liveFrame(header: Int32Array, table: Uint32Array): Uint8Array {
  let count = 0;
  eachUsedRow(header, table, () => (count += 1));
  const words = new Uint32Array(liveHeaderWords + count * wordsPerSlot);
  const clock = Atomics.load(header, ring.clock);
  words[0] = clock;
  let at = liveHeaderWords;
  eachUsedRow(header, table, (row) => {
    // More may be used than a moment ago; what does not fit is dropped by the length check.
    if (at + wordsPerSlot > words.length) return;
    words.set(table.subarray(row, row + wordsPerSlot), at);
    // The thread writes these two when a task begins to wait.
    if (words[at + liveTable.waitsAt] === 0) {
      words[at + liveTable.since] = clock;
      words[at + liveTable.waitsFor] = 0;
    }
    at += wordsPerSlot;
  });
  const frame = new Uint8Array(frameHeaderBytes + at * 4);
  writeFrameHeader(frame, 0, frameType.live, at * 4);
  frame.set(new Uint8Array(words.buffer, 0, at * 4), frameHeaderBytes);
  return frame;
}
