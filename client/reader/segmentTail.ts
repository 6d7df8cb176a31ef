import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { frameRelay, type FrameRelay } from './frameRelay.ts';

/** A segment that is read while it grows. */
interface Tail {
  readonly name: string;
  readonly relay: FrameRelay;
  /** Bytes read. */
  at: number;
  /** It is complete, and so is what was read of it. */
  isDone: boolean;
}

interface SegmentName {
  readonly name: string;
  readonly thread: string;
  readonly number: number;
}

const chunkBytes = 1024 * 1024;
/** Read at once; then others have their turn. */
const maxBytesAtOnce = 16 * chunkBytes;
/** More than a run has: threads and their segments. */
const maxSegments = 20_000;

/**
 * Follows the segments of a run on disk. The hook hands records to the system ten times a second, whether somebody listens or not and whether the
 * loop turns or not, so what is read is what the trace will be: nothing is missing for who comes late, nothing is dropped for who is slow, and
 * nothing comes twice.
 */
export class SegmentTail {
  readonly #folder: string;
  readonly #feed: (bytes: Uint8Array) => void;
  readonly #tails = new Map<string, Tail>();

  constructor(folder: string, feed: (bytes: Uint8Array) => void) {
    this.#folder = folder;
    this.#feed = feed;
  }

  /** Reads what was written since the last call. `more`: there is still something; `nothing`: there was nothing. Throws nothing. */
  async read(): Promise<'more' | 'something' | 'nothing'> {
    let room = maxBytesAtOnce;
    for (const { name, isLast } of await this.#segments()) {
      const tail = this.#tailOf(name);
      if (tail.isDone) continue;
      const bytes = await this.#readOne(tail, room);
      room -= bytes;
      if (room <= 0) return 'more';
      // The hook begins a segment when it has closed the one before.
      tail.isDone ||= !isLast;
    }
    return room === maxBytesAtOnce ? 'nothing' : 'something';
  }

  #tailOf(name: string): Tail {
    const known = this.#tails.get(name);
    if (known !== undefined) return known;
    const made = { name, relay: frameRelay(this.#feed), at: 0, isDone: false };
    this.#tails.set(name, made);
    return made;
  }

  /** In the order in which those of a thread were written. */
  async #segments(): Promise<readonly { readonly name: string; readonly isLast: boolean }[]> {
    const names = await readdir(this.#folder).catch(() => {
      // Gone with all that was in it.
      return [];
    });
    const all = names.flatMap(segmentName).slice(0, maxSegments);
    const sorted = all.toSorted((a, b) => (a.thread === b.thread ? a.number - b.number : a.thread < b.thread ? -1 : 1));
    return sorted.map(({ name, thread }, at) => ({ name, isLast: sorted[at + 1]?.thread !== thread }));
  }

  async #readOne(tail: Tail, room: number): Promise<number> {
    let read = 0;
    try {
      const handle = await open(path.join(this.#folder, tail.name), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      await using closing = { [Symbol.asyncDispose]: () => handle.close() };
      void closing;
      if (!(await handle.stat()).isFile()) return 0;
      while (read < room) {
        const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, tail.at);
        if (bytesRead === 0) break;
        tail.at += bytesRead;
        read += bytesRead;
        tail.relay.push(buffer.subarray(0, bytesRead));
      }
    } catch {
      // Joined into the trace, or shrunk for the bound of disk space: what was read of it counts.
      tail.isDone = true;
    }
    return read;
  }
}

function segmentName(name: string): readonly SegmentName[] {
  const [, pid, thread, number] = /^(\d{1,10})-(\d{1,10})-(\d{1,10})\.segment$/.exec(name) ?? [];
  return number === undefined ? [] : [{ name, thread: `${pid}-${thread}`, number: Number(number) }];
}
