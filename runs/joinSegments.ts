import { constants, createReadStream, createWriteStream } from 'node:fs';
import { copyFile, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { magic, readFrame } from '#protocol/frames.ts';
import { runFolder } from '#protocol/runFolder.ts';
import { changedAt } from './changedAt.ts';
import { markOf, tracedProcesses } from './processMarks.ts';

/** Records are small integers that repeat: on 64 MB of them level 2 wrote 201 MB/s to 10.0 %, level 6 39 MB/s to 9.2 %. */
const level = 2;

interface Segment {
  readonly file: string;
  readonly pid: number;
  readonly thread: number;
  readonly number: number;
  /** In bytes; 0 where a process ended before it could write. */
  readonly size: number;
}

/**
 * Puts all segments in the folder of a run but those of processes that still write into its `trace.rubato`, behind what that holds, and removes
 * them and the marks of their processes. Streams, so that memory does not grow with the trace. Returns how many bytes the segments had. May be called
 * again when more ran with the same folder, and by several programs at once: each segment is joined once.
 * @throws the error of the file system; the segments are still there then
 */
export async function joinSegments(folder: string, alive: readonly number[]): Promise<number> {
  const trace = path.join(folder, runFolder.trace);
  const [lock, unfinished] = [`${trace}.lock`, `${trace}.tmp`];
  await acquire(lock, unfinished);
  try {
    const segments = (await segmentsIn(folder)).filter(({ pid }) => !alive.includes(pid));
    const bytes = segments.reduce((sum, { size }) => sum + size, 0);
    await rm(unfinished, { force: true });
    if (bytes > 0) await append(trace, unfinished, segments);
    await Promise.all(segments.map(({ file }) => rm(file)));
    await removeMarks(folder, alive);
    return bytes;
  } finally {
    await rm(lock, { force: true });
  }
}

/** Who joins writes all the time: when nothing has changed for so long, it was killed. */
const leftMs = 10_000;

/** Creates the lock. Whoever did that joins alone, until the segments are gone; others wait. */
async function acquire(lock: string, unfinished: string): Promise<void> {
  for (;;) {
    try {
      await (await open(lock, 'wx', 0o600)).close();
      return;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const [locked, written] = await Promise.all([changedAt(lock), changedAt(unfinished)]);
    if (locked > 0 && Date.now() - Math.max(locked, written) > leftMs) await rm(lock, { force: true });
    else await wait(50);
  }
}

/** Members of a gzip file may follow each other. Readers see the old or the new file, never a part of it. */
async function append(trace: string, unfinished: string, segments: readonly Segment[]): Promise<void> {
  await copyFile(trace, unfinished, constants.COPYFILE_FICLONE).catch((error: unknown) => {
    // The first time there is none.
    if (codeOf(error) !== 'ENOENT') throw error;
  });
  await pipeline(bytesOf(segments), createGzip({ level }), createWriteStream(unfinished, { flags: 'a', mode: 0o600 }));
  await rename(unfinished, trace);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** They have said everything, and would count against the bound of processes for ever. */
async function removeMarks(folder: string, alive: readonly number[]): Promise<void> {
  const over = (await tracedProcesses(folder)).filter((pid) => !alive.includes(pid));
  await Promise.all(over.map((pid) => rm(markOf(folder, pid), { force: true })));
}

async function segmentsIn(folder: string): Promise<readonly Segment[]> {
  const found = await Promise.all((await readdir(folder)).map((name) => segmentOf(folder, name)));
  return found
    .filter((segment) => segment !== undefined)
    .toSorted((a, b) => a.pid - b.pid || a.thread - b.thread || a.number - b.number);
}

async function segmentOf(folder: string, name: string): Promise<Segment | undefined> {
  const [, pid, thread, number] = /^(\d+)-(\d+)-(\d+)\.segment$/.exec(name) ?? [];
  if (number === undefined) return undefined;
  const file = path.join(folder, name);
  const { size } = await stat(file);
  return { file, pid: Number(pid), thread: Number(thread), number: Number(number), size };
}

async function* bytesOf(segments: readonly Segment[]): AsyncGenerator<Uint8Array> {
  for (const { file } of segments) yield* wholeFrames(file);
}

/** What a reader can use of a segment. A process that was killed leaves half a frame, which would swallow the segment behind it. */
async function* wholeFrames(file: string): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  let isStart = true;
  for await (const chunk of chunksOf(file)) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (isStart && rest.length < magic.length) continue;
    if (isStart && magic.some((byte, at) => rest[at] !== byte)) return;
    const end = endOfFrames(rest, isStart ? magic.length : 0);
    if (end === 'broken') return;
    if (end === 0) continue;
    yield rest.subarray(0, end);
    rest = rest.subarray(end);
    isStart = false;
  }
}

async function* chunksOf(file: string): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    if (Buffer.isBuffer(chunk)) yield chunk;
  }
}

/** Where the last whole frame ends. */
function endOfFrames(bytes: Uint8Array, start: number): number | 'broken' {
  let at = start;
  for (;;) {
    const frame = readFrame(bytes, at);
    if (frame.kind === 'frame') at = frame.next;
    else if (frame.kind === 'broken' && at === start) return 'broken';
    else return at;
  }
}
