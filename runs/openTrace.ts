import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { runFolder, type RunManifest } from '#protocol/runFolder.ts';
import type { TraceModel } from '#trace/model.ts';
import { readTrace } from '#trace/readTrace.ts';
import { readManifest } from './manifest.ts';
import { RunError } from './runError.ts';

/** A trace that was read from disk. */
export interface OpenedTrace {
  readonly model: TraceModel;
  /** Folder that holds `.rubato`, or the working directory for a trace that lies elsewhere; absolute, forward slashes. */
  readonly root: string;
  readonly manifest: RunManifest | undefined;
  /** Base name of what ran. */
  readonly command: string;
}

/** Bytes of a trace that are read at most, unpacked. */
const maxTraceBytes = 512 * 1024 * 1024;
/** What packs better than this and is too long says nothing that a program did. */
const bombRatio = 200;

/**
 * Reads a trace: a folder of a run, `.rubato` or the folder that holds it (its newest run), a `trace.rubato`, a segment; without a path
 * the newest run below `cwd`. Damaged ones open as far as they go, with notes.
 * @throws RunError when there is none there, or it is no trace
 */
export async function openTrace(given: string | undefined, cwd: string): Promise<OpenedTrace> {
  const target = path.resolve(cwd, given ?? '.');
  const isFolder = await isDirectory(target, given);
  const folder = isFolder ? await folderOfRun(target) : path.dirname(target);
  const files = isFolder ? await filesOfRun(folder) : [target];
  const { bytes, notes } = await readAll(files);
  const model = readTrace(bytes);
  if (model.threads.length === 0) throw new RunError(`${shown(given ?? folder, cwd)} is not a trace: ${reason(model)}`);
  const manifest = await readManifest(folder);
  return {
    model: { ...model, notes: [...notes, ...model.notes] },
    root: rootOf(folder, cwd).replaceAll('\\', '/'),
    manifest,
    command: manifest?.command ?? commandOf(model),
  };
}

function reason({ notes }: TraceModel): string {
  return notes[0] ?? 'nothing was recorded';
}

async function isDirectory(target: string, given: string | undefined): Promise<boolean> {
  try {
    return (await stat(target)).isDirectory();
  } catch {
    throw new RunError(`There is no ${given ?? target}\n\`rubato run -- node app.js\` records a trace`);
  }
}

/** The folder itself when it holds a trace, or else the newest run in it. */
async function folderOfRun(folder: string): Promise<string> {
  if ((await filesOfRun(folder)).length > 0) return folder;
  for (const runs of [path.join(folder, runFolder.runs), path.join(folder, runFolder.folder, runFolder.runs)]) {
    const newest = await newestRun(runs);
    if (newest !== undefined) return newest;
  }
  throw new RunError(`No run is recorded here\n\`rubato run -- node app.js\` records one`);
}

/** Names of runs begin with their time. */
async function newestRun(runs: string): Promise<string | undefined> {
  for (const name of (await namesIn(runs)).toSorted().toReversed()) {
    const folder = path.join(runs, name);
    if ((await filesOfRun(folder)).length > 0) return folder;
  }
  return undefined;
}

/** What holds frames: the joined trace, and segments that nobody has joined. */
async function filesOfRun(folder: string): Promise<readonly string[]> {
  const names = await namesIn(folder);
  const segments = names.filter((name) => name.endsWith(runFolder.segmentExtension)).toSorted();
  const joined = names.filter((name) => name === runFolder.trace);
  return [...joined, ...segments].map((name) => path.join(folder, name));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    // Not there, not a folder or not ours: nothing in it.
    return [];
  }
}

/** Frames as they were read, unpacked. */
export interface TraceBytes {
  readonly bytes: Uint8Array;
  /** What could not be read, in plain words. */
  readonly notes: readonly string[];
}

/** Reads files of a trace, one behind the other, 512 MiB at most. @throws RunError when one cannot be read or should not be */
export async function readAll(files: readonly string[]): Promise<TraceBytes> {
  const parts: Uint8Array[] = [];
  const notes: string[] = [];
  let room = maxTraceBytes;
  for (const file of files) {
    const part = await readOne(file, room);
    parts.push(part.bytes);
    notes.push(...part.notes);
    room -= part.bytes.length;
  }
  const [only] = parts;
  return { bytes: parts.length === 1 && only !== undefined ? only : Buffer.concat(parts), notes };
}

async function readOne(file: string, room: number): Promise<TraceBytes> {
  try {
    // A named pipe would wait for its writer.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    await using closing = { [Symbol.asyncDispose]: () => handle.close() };
    void closing;
    const stats = await handle.stat();
    if (!stats.isFile()) throw new RunError(`${path.basename(file)} is not a regular file`);
    const { size } = stats;
    const head = new Uint8Array(2);
    await handle.read(head, 0, 2, 0);
    const isPacked = head[0] === 0x1f && head[1] === 0x8b;
    if (isPacked) return await unpack(handle.createReadStream({ start: 0, autoClose: false }), { file, size, room });
    const bytes = Buffer.alloc(Math.min(size, room));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    return { bytes: bytes.subarray(0, bytesRead), notes: size > room ? [tooLong] : [] };
  } catch (error) {
    if (error instanceof RunError) throw error;
    throw new RunError(`The trace cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const tooLong = 'the trace is longer than 512 MiB; the rest was not read';

async function unpack(
  packed: NodeJS.ReadableStream,
  { file, size, room }: { readonly file: string; readonly size: number; readonly room: number },
): Promise<TraceBytes> {
  const chunks: Buffer[] = [];
  const notes: string[] = [];
  let length = 0;
  const take = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      if (length + chunk.length > room) {
        notes.push(tooLong);
        return;
      }
      chunks.push(chunk);
      length += chunk.length;
    }
  };
  try {
    await pipeline(packed, createGunzip({ chunkSize: 256 * 1024 }), take);
  } catch (error) {
    // What was unpacked before the damage counts.
    notes.push(`the packed file is damaged (${error instanceof Error ? error.message : String(error)})`);
  }
  if (notes.includes(tooLong) && length / size > bombRatio) {
    throw new RunError(`${path.basename(file)} is refused: ${size} bytes unpack to more than 512 MiB`);
  }
  return { bytes: Buffer.concat(chunks), notes };
}

/** Folder that holds the `.rubato` of a run, `<root>/.rubato/runs/<name>`; `cwd` for a trace that lies elsewhere. */
export function rootOf(folder: string, cwd: string): string {
  const output = path.dirname(path.dirname(folder));
  return path.basename(path.dirname(folder)) === runFolder.runs ? path.dirname(output) : cwd;
}

/** Base name of what ran, by what the trace says. */
function commandOf({ threads }: TraceModel): string {
  return path.posix.basename(threads[0]?.hello.script ?? 'node');
}

function shown(target: string, cwd: string): string {
  return path.relative(cwd, path.resolve(cwd, target)) || '.';
}
