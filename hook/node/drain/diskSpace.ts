import type { WrittenSegment } from './segments.ts';

/** What all segments of a process may take on disk, and whether the disk takes them. */
export interface DiskSpace {
  /** A segment ends before it gets longer. */
  readonly segmentBytes: number;
  grow(bytes: number): void;
  /** A segment is complete; the oldest ones lose their records when there is too much. */
  addSegment(segment: WrittenSegment): void;
  /** Runs a step of the file system. Its failure ends all writing of the process. */
  attempt(step: () => void): void;
  hasFailed(): boolean;
  /** Bytes that lie on disk. */
  used(): number;
}

const usualSegmentBytes = 16 * 1024 * 1024;
/** The bound holds at least so many segments, so that one can go without all being lost. */
const segmentsWithinBound = 4;

export function diskSpace(maxBytes: number, onFault: (error: unknown) => void): DiskSpace {
  const segmentBytes = Math.min(usualSegmentBytes, Math.floor(maxBytes / segmentsWithinBound));
  const whole: WrittenSegment[] = [];
  let used = 0;
  let hasFailed = false;
  return {
    segmentBytes,
    used: () => used,
    hasFailed: () => hasFailed,
    grow(bytes) {
      used += bytes;
    },
    addSegment(segment) {
      whole.push(segment);
      // Room for the segment that begins now.
      while (used + segmentBytes > maxBytes) {
        const oldest = whole.shift();
        if (oldest === undefined) return;
        used += oldest.shrink() - oldest.bytes;
      }
    },
    attempt(step) {
      if (hasFailed) return;
      try {
        step();
      } catch (error) {
        hasFailed = true;
        onFault(error);
      }
    },
  };
}
