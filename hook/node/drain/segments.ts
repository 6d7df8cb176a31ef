import fs from 'node:fs';
import { frameType, magic } from '#protocol/frames.ts';
import type { Hello } from '#protocol/messages.ts';
import { runFolder } from '#protocol/runFolder.ts';
import type { DiskSpace } from './diskSpace.ts';
import { jsonFrame } from './jsonFrame.ts';

/** Segment files of one thread, one after the other. Nothing here throws: a fault of the file system ends the writing of the process. */
export interface Segments {
  /** A frame other than records; kept when its segment's records must go. */
  write(frame: Uint8Array): void;
  /** A frame with sites that is in `siteFrames` already. */
  writeSites(frame: Uint8Array): void;
  /** A frame with records, which need not be kept by the caller. */
  writeRecords(frame: Uint8Array, words: number): void;
  /** Hands everything to the system. */
  flush(): void;
  close(): void;
}

/** A segment as it lies on disk. */
export interface WrittenSegment {
  readonly bytes: number;
  readonly words: number;
  /** Removes its records, keeps its notes. Returns the bytes that are left. */
  shrink(): number;
}

export interface SegmentOptions {
  readonly folder: string;
  readonly hello: Omit<Hello, 'segment'>;
  readonly space: DiskSpace;
  /** All site tables so far; each segment begins with them. */
  readonly siteFrames: readonly Uint8Array[];
  /** µs since the thread's start. */
  readonly nowUs: () => number;
}

/** As they were when the hook started: in the end of a short program this runs in its own thread. */
const { closeSync, openSync, renameSync, writeFileSync, writeSync } = fs;

/** Small frames are collected up to that many bytes. */
const bufferBytes = 64 * 1024;
/** Notes of a segment kept in memory for the case that it must shrink. */
const keptBytes = 64 * 1024;

export function segments(options: SegmentOptions): Segments {
  return new SegmentWriter(options);
}

class SegmentWriter implements Segments {
  readonly #options: SegmentOptions;
  #file: number | undefined;
  #number = -1;
  #bytes = 0;
  #words = 0;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;

  constructor(options: SegmentOptions) {
    this.#options = options;
  }

  write(frame: Uint8Array): void {
    if (this.#options.space.hasFailed()) return;
    if (this.#file === undefined) this.#open();
    if (this.#keptBytes + frame.length <= keptBytes) {
      this.#kept.push(frame);
      this.#keptBytes += frame.length;
    }
    this.#append(frame);
  }

  writeSites(frame: Uint8Array): void {
    if (this.#options.space.hasFailed()) return;
    // A new segment begins with all sites.
    if (this.#file === undefined) this.#open();
    else this.#append(frame);
  }

  writeRecords(frame: Uint8Array, words: number): void {
    const { space } = this.#options;
    if (space.hasFailed()) return;
    if (this.#file === undefined || this.#bytes + frame.length > space.segmentBytes) this.#rotate();
    this.#words += words;
    this.flush();
    this.#writeOut(frame);
  }

  flush(): void {
    if (this.#pending.length === 0) return;
    const bytes = Buffer.concat(this.#pending, this.#pendingBytes);
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#writeOut(bytes);
  }

  close(): void {
    this.flush();
    if (this.#file === undefined) return;
    const file = this.#file;
    this.#file = undefined;
    this.#options.space.attempt(() => closeSync(file));
  }

  #rotate(): void {
    if (this.#file !== undefined) {
      this.close();
      this.#options.space.addSegment(this.#written());
    }
    this.#open();
  }

  #open(): void {
    this.#number += 1;
    this.#bytes = 0;
    this.#words = 0;
    this.#kept = [];
    this.#keptBytes = 0;
    const path = this.#path();
    this.#options.space.attempt(() => {
      // Exclusive: what lies there belongs to an earlier process of the same number.
      this.#file = openSync(path, 'wx', 0o600);
    });
    this.#append(magic.slice());
    this.#append(helloFrame(this.#options.hello, this.#number));
    for (const frame of this.#options.siteFrames) this.#append(frame);
  }

  #path(): string {
    const { folder, hello } = this.#options;
    return `${folder}/${hello.pid}-${hello.thread}-${this.#number}${runFolder.segmentExtension}`;
  }

  /** What is now a closed segment: its notes with a gap where its records were. */
  #written(): WrittenSegment {
    const path = this.#path();
    const { hello, nowUs, space } = this.#options;
    const words = this.#words;
    const kept = [magic.slice(), helloFrame(hello, this.#number), ...this.#kept];
    return {
      bytes: this.#bytes,
      words,
      shrink() {
        const gap = jsonFrame(frameType.note, { kind: 'gap', time: nowUs(), words, reason: 'disk-bound' });
        const bytes = Buffer.concat(gap === undefined ? kept : [...kept, gap]);
        space.attempt(() => {
          // Whoever reads meanwhile sees the one or the other.
          writeFileSync(`${path}.new`, bytes, { mode: 0o600 });
          renameSync(`${path}.new`, path);
        });
        return bytes.length;
      },
    };
  }

  #append(frame: Uint8Array): void {
    this.#pending.push(frame);
    this.#pendingBytes += frame.length;
    if (this.#pendingBytes >= bufferBytes) this.flush();
  }

  #writeOut(bytes: Uint8Array): void {
    const file = this.#file;
    if (file === undefined) return;
    this.#options.space.attempt(() => {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    });
    this.#bytes += bytes.length;
    this.#options.space.grow(bytes.length);
  }
}

function helloFrame(hello: Omit<Hello, 'segment'>, segment: number): Uint8Array {
  return jsonFrame(frameType.hello, { ...hello, segment }) ?? new Uint8Array();
}
