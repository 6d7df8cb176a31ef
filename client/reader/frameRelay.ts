import { frameType, magic, readFrame } from '#protocol/frames.ts';
import { startsWithMagic } from '#trace/frameSplitter.ts';

/** A stream of frames among several that one reader gets: what it passes on can stand alone. */
export interface FrameRelay {
  push(chunk: Uint8Array): void;
}

/**
 * Passes on whole frames only, each time behind the last hello of its stream: frames belong to the hello before them, whoever wrote that.
 * Keeps no more than one frame. After a frame that cannot be, nothing more is passed on, except the word that there was one.
 */
export function frameRelay(feed: (bytes: Uint8Array) => void): FrameRelay {
  let rest: Uint8Array = new Uint8Array(0);
  let hello: Uint8Array = new Uint8Array(0);
  let isBroken = false;
  return {
    push(chunk) {
      if (isBroken) return;
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const before = hello;
      const { end, last, isWhole } = wholeFrames(bytes);
      isBroken = !isWhole;
      if (last !== undefined) hello = last.slice();
      const passed = isWhole ? bytes.subarray(0, end) : bytes;
      if (end > 0 || isBroken) feed(Buffer.concat([magic, before, passed]));
      rest = isWhole ? bytes.slice(end) : new Uint8Array(0);
    },
  };
}

interface WholeFrames {
  /** Where the first one that is not whole begins. */
  readonly end: number;
  /** The last hello. */
  readonly last: Uint8Array | undefined;
  /** False: what begins at `end` is no frame. */
  readonly isWhole: boolean;
}

function wholeFrames(bytes: Uint8Array): WholeFrames {
  let at = 0;
  let last: Uint8Array | undefined;
  for (;;) {
    if (bytes[at] === magic[0] && bytes.length < at + magic.length) return { end: at, last, isWhole: true };
    if (startsWithMagic(bytes, at)) {
      at += magic.length;
      continue;
    }
    const frame = readFrame(bytes, at);
    if (frame.kind !== 'frame') return { end: at, last, isWhole: frame.kind === 'incomplete' };
    if (frame.type === frameType.hello) last = bytes.subarray(at, frame.next);
    at = frame.next;
  }
}
