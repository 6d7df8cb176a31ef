import { frameHeaderBytes, magic, readFrame } from '#protocol/frames.ts';

/** What a stream of bytes is made of. */
export interface FrameListener {
  frame(type: number, body: Uint8Array): void;
  /** Something was skipped or refused, in plain words. */
  problem(note: string): void;
}

/** Takes a stream of frames apart, whatever pieces it comes in. */
export interface FrameSplitter {
  push(chunk: Uint8Array): void;
  /** Bytes of a frame whose rest has not come; 0 also while a damaged part is skipped. */
  readonly pendingBytes: number;
}

/**
 * Bodies are only good until the listener returns. After a frame that cannot be, reading goes on at the next segment, where the
 * magic bytes stand again.
 */
export function frameSplitter(listener: FrameListener): FrameSplitter {
  let rest = new Uint8Array(0);
  let used = 0;
  let isLost = false;
  let isFirst = true;

  /** Reads what is whole; returns where the rest begins. */
  function read(bytes: Uint8Array): number {
    let at = 0;
    for (;;) {
      if (isLost) {
        const found = indexOfMagic(bytes, at);
        if (found < 0) return Math.max(at, bytes.length - magic.length + 1);
        at = found;
        isLost = false;
      }
      const next = readOne(bytes, at);
      if (next === undefined) return at;
      at = next;
    }
  }

  /** Where the next frame begins; `undefined` when there are too few bytes. */
  function readOne(bytes: Uint8Array, at: number): number | undefined {
    if (bytes.length <= at) return undefined;
    if (bytes[at] === magic[0]) {
      if (bytes.length < at + magic.length) return undefined;
      if (startsWithMagic(bytes, at)) {
        isFirst = false;
        return at + magic.length;
      }
    }
    const frame = isFirst ? undefined : readFrame(bytes, at);
    isFirst = false;
    if (frame?.kind === 'incomplete') return undefined;
    if (frame?.kind === 'frame') {
      listener.frame(frame.type, frame.body);
      return frame.next;
    }
    listener.problem(
      frame === undefined ? startProblem(bytes, at) : 'a damaged part was skipped up to the next segment',
    );
    isLost = true;
    return at + 1;
  }

  return {
    push(chunk) {
      const bytes = used === 0 ? chunk : append(chunk);
      const from = read(bytes);
      keep(bytes.subarray(from));
    },
    get pendingBytes() {
      return isLost ? 0 : used;
    },
  };

  function append(chunk: Uint8Array): Uint8Array {
    if (used + chunk.length > rest.length) {
      const longer = new Uint8Array(Math.max(rest.length * 2, used + chunk.length));
      longer.set(rest.subarray(0, used));
      rest = longer;
    }
    rest.set(chunk, used);
    return rest.subarray(0, used + chunk.length);
  }

  function keep(tail: Uint8Array): void {
    if (tail.length > rest.length) rest = new Uint8Array(Math.max(tail.length, frameHeaderBytes));
    if (tail.buffer === rest.buffer) rest.copyWithin(0, tail.byteOffset, tail.byteOffset + tail.length);
    else rest.set(tail);
    used = tail.length;
  }
}

/** Bytes of the magic before its version. */
const nameBytes = 6;

function startProblem(bytes: Uint8Array, at: number): string {
  const isTrace = magic.subarray(0, nameBytes).every((byte, index) => bytes[at + index] === byte);
  return isTrace ? 'it was written in another version of the format' : 'it does not begin like a trace';
}

export function startsWithMagic(bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < magic.length; index += 1) if (bytes[at + index] !== magic[index]) return false;
  return true;
}

export function indexOfMagic(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(magic[0] ?? 0, from);
  while (at >= 0 && at + magic.length <= bytes.length) {
    if (startsWithMagic(bytes, at)) return at;
    at = bytes.indexOf(magic[0] ?? 0, at + 1);
  }
  return -1;
}
