/** Flight mode: the last records of all threads stay in memory until something happens that makes them worth writing. */
export interface FlightMemory {
  /** Keeps a copy of a `records` frame; the oldest ones go when there are too many bytes. */
  keep(frame: Uint8Array, words: number, write: WriteRecords): void;
  /** Writes what is kept, oldest first, and keeps it no longer. */
  writeAll(): void;
}

export type WriteRecords = (frame: Uint8Array, words: number) => void;

const usualBytes = 8 * 1024 * 1024;

export function flightMemory(maxBytes: number = usualBytes): FlightMemory {
  let kept: { readonly frame: Uint8Array; readonly words: number; readonly write: WriteRecords }[] = [];
  let bytes = 0;
  return {
    keep(frame, words, write) {
      kept.push({ frame: frame.slice(), words, write });
      bytes += frame.length;
      while (bytes > maxBytes) bytes -= kept.shift()?.frame.length ?? bytes;
    },
    writeAll() {
      for (const { frame, words, write } of kept) write(frame, words);
      kept = [];
      bytes = 0;
    },
  };
}
