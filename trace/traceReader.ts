import { frameType, liveHeaderWords, recordsHeaderWords } from '#protocol/frames.ts';
import { protocolVersion, type Hello, type Note } from '#protocol/messages.ts';
import type { Fields } from './fields.ts';
import { foldRows } from './foldRows.ts';
import { frameSplitter } from './frameSplitter.ts';
import type { TraceModel } from './model.ts';
import { notesOf } from './notesOf.ts';
import { parseBody, parseGoodbye, parseHello, parseSiteTable, parseStats } from './parseBody.ts';
import { parseNote } from './parseNote.ts';
import { addSites, placeTable, type PlaceTable } from './placeTable.ts';
import { endFailedModules } from './failedModules.ts';
import { modelOf, readLost, readRecords, settle, threadReader, type ThreadReader } from './threadReader.ts';

/** Bounds of memory. What is beyond them is counted, and told in `TraceModel.notes`. */
export interface ReaderLimits {
  readonly tasks: number;
  readonly waits: number;
  readonly threads: number;
  /** Notes of each kind, of all threads together. */
  readonly notes: number;
}

export const defaultLimits: ReaderLimits = { tasks: 2_000_000, waits: 8_000_000, threads: 1024, notes: 50_000 };

/** Live tables that are kept until a model is asked for, in words. */
const maxLiveWords = 16 * 1024 * 1024;

/** Reads a trace that comes in pieces, from a file or a socket. */
export interface TraceReader {
  feed(chunk: Uint8Array): void;
  /** What was read so far. Costs nothing worth counting, but the columns are shared with later reading. */
  model(): TraceModel;
}

/** What is read so far, and where reading stands. */
interface Reading {
  readonly limits: ReaderLimits;
  readonly threads: Map<string, ThreadReader>;
  readonly table: PlaceTable;
  /** What was skipped or refused, and how often. */
  readonly problems: Map<string, number>;
  readonly noteCounts: Map<string, number>;
  /** Thread of the last hello; `undefined` when that could not be used. */
  current: ThreadReader | undefined;
  isFull: boolean;
  liveWords: number;
}

/** Never throws for anything that is fed. */
export function traceReader(limits: ReaderLimits = defaultLimits): TraceReader {
  const reading: Reading = {
    limits,
    threads: new Map(),
    table: placeTable(),
    problems: new Map(),
    noteCounts: new Map(),
    current: undefined,
    isFull: false,
    liveWords: 0,
  };
  const splitter = frameSplitter({
    frame: (type, body) => readFrame(reading, type, body),
    problem: (text) => problem(reading, text),
  });
  return {
    feed: (chunk) => splitter.push(chunk),
    model: () => traceModel(reading, splitter.pendingBytes > 0),
  };
}

function traceModel(reading: Reading, isCut: boolean): TraceModel {
  reading.liveWords = 0;
  const readers = [...reading.threads.values()];
  const { places } = reading.table;
  const models = readers.map((reader) => {
    const model = modelOf(reader);
    const hasFailed = (reader.goodbye?.exitCode ?? 0) !== 0;
    if (hasFailed) endFailedModules(reader.state, (site) => places[model.placeOf[site] ?? 0]?.kind === 'module');
    return model;
  });
  return {
    threads: models.toSorted((a, b) => a.hello.pid - b.hello.pid || a.hello.thread - b.hello.thread),
    places,
    notes: [...notesOf(readers, reading.problems), ...(isCut ? ['the end is cut off inside a frame'] : [])],
  };
}

function problem({ problems }: Reading, text: string): void {
  problems.set(text, (problems.get(text) ?? 0) + 1);
}

const damaged = 'a damaged message was skipped';

function readFrame(reading: Reading, type: number, body: Uint8Array): void {
  const { current } = reading;
  if (type === frameType.hello) return readHello(reading, body);
  if (current === undefined) return problem(reading, 'a frame without a thread was skipped');
  switch (type) {
    case frameType.records:
      return readWords(reading, current, body);
    case frameType.live:
      return readLive(reading, current, body);
    case frameType.sites:
    case frameType.note:
    case frameType.stats:
    case frameType.goodbye: {
      const fields = parseBody(body);
      return fields === undefined ? problem(reading, damaged) : readMessage(reading, type, fields);
    }
    default:
    // A type to come.
  }
}

function readHello(reading: Reading, body: Uint8Array): void {
  reading.current = undefined;
  const fields = parseBody(body);
  const hello = fields === undefined ? undefined : parseHello(fields);
  if (hello === undefined) return problem(reading, damaged);
  if (hello.version > protocolVersion) {
    return problem(reading, 'a thread was recorded by a newer version and skipped');
  }
  reading.current = threadOf(reading, hello);
}

function threadOf(reading: Reading, hello: Hello): ThreadReader | undefined {
  const { threads, limits } = reading;
  const key = `${hello.pid}/${hello.thread}/${hello.startedAt}`;
  const known = threads.get(key);
  if (known !== undefined) return known;
  if (threads.size >= limits.threads) {
    problem(reading, 'threads beyond the bound were skipped');
    return undefined;
  }
  const made = threadReader(hello, () => hasRoom(reading));
  threads.set(key, made);
  return made;
}

function readWords(reading: Reading, thread: ThreadReader, body: Uint8Array): void {
  const words = wordsOf(body);
  const low = words[0];
  const high = words[1];
  if (low === undefined || high === undefined || high >= 1 << 20) return problem(reading, damaged);
  readRecords(thread, low + high * 2 ** 32, words.subarray(recordsHeaderWords));
}

function readLive(reading: Reading, thread: ThreadReader, body: Uint8Array): void {
  const words = wordsOf(body);
  const ms = words[0];
  if (ms === undefined) return problem(reading, damaged);
  reading.liveWords += words.length - (thread.live?.rows.length ?? 0);
  thread.live = { time: ms * 1000, rows: words.subarray(liveHeaderWords) };
  reach(thread, ms * 1000);
  if (reading.liveWords > maxLiveWords) settleAll(reading);
}

function settleAll(reading: Reading): void {
  reading.liveWords = 0;
  for (const thread of reading.threads.values()) {
    if (hasRoom(reading)) settle(thread);
    thread.live = undefined;
  }
}

function readMessage(reading: Reading, type: number, fields: Fields): void {
  const { current: thread } = reading;
  if (thread === undefined) return;
  if (type === frameType.sites) return addSites(reading.table, thread.numbers, parseSiteTable(fields));
  if (type === frameType.note) return readNote(reading, thread, parseNote(fields));
  if (type === frameType.stats) {
    thread.stats = parseStats(fields);
    return reach(thread, thread.stats.time);
  }
  thread.goodbye = parseGoodbye(fields);
  reach(thread, thread.goodbye.time);
}

function readNote(reading: Reading, thread: ThreadReader, note: Note | undefined): void {
  // A kind to come.
  if (note === undefined) return;
  const count = (reading.noteCounts.get(note.kind) ?? 0) + 1;
  reading.noteCounts.set(note.kind, count);
  if (count > reading.limits.notes) {
    return problem(reading, `notes of the kind ${note.kind} beyond the bound were skipped`);
  }
  keepNote(reading, thread, note);
}

function keepNote(reading: Reading, thread: ThreadReader, note: Note): void {
  switch (note.kind) {
    case 'block':
      thread.blocks.push(note);
      return reach(thread, note.start + note.durationUs);
    case 'gc':
      thread.collections.push(note);
      return reach(thread, note.start + note.durationUs);
    case 'rejection':
      thread.rejections.push(note);
      return reach(thread, note.time);
    case 'lost':
      readLost(thread, note);
      return reach(thread, note.time);
    case 'gap':
      return problem(reading, `records were lost (${gapReasons[note.reason]})`);
    case 'untraced':
      return problem(reading, `a ${note.what} was not traced (${untracedReasons[note.reason]})`);
    case 'fault':
      return problem(reading, `a part of the hook turned itself off (${note.part}: ${note.message})`);
    case 'trigger':
      return;
    default:
      return note satisfies never;
  }
}

/** Lets go of old rows of the largest thread until there is room. False: everything there is alive. */
function hasRoom(reading: Reading): boolean {
  const { limits } = reading;
  const all = [...reading.threads.values()];
  const sum = (countOf: (thread: ThreadReader) => number) => all.reduce((total, each) => total + countOf(each), 0);
  const weight = ({ state }: ThreadReader) => state.tasks.count / limits.tasks + state.waits.count / limits.waits;
  for (let tries = 0; tries < 16 && !reading.isFull; tries += 1) {
    const isWithin =
      sum(({ state }) => state.tasks.count) < limits.tasks && sum(({ state }) => state.waits.count) < limits.waits;
    if (isWithin) return true;
    const largest = all.reduce((best, each) => (weight(each) > weight(best) ? each : best));
    const before = weight(largest);
    foldRows(largest.state);
    reading.isFull = weight(largest) > before * 0.95;
  }
  if (reading.isFull) {
    problem(reading, 'more tasks were alive at once than can be kept; later records were skipped');
  }
  return !reading.isFull;
}

function reach(thread: ThreadReader, time: number): void {
  if (time > thread.endTime) thread.endTime = time;
}

const gapReasons = {
  overrun: 'the program was faster than they could be written',
  'disk-bound': 'the bound of disk space was reached',
  'disk-fault': 'the disk did not take them',
} as const;

const untracedReasons = {
  'no-preload': 'it started without the hook',
  cap: 'there were too many',
  tool: 'it is a tool',
  unsupported: 'its runtime is not supported',
  fault: 'the hook failed',
  coverage: 'coverage was being collected',
} as const;

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** The whole little-endian words of a body, which lies at any address: a copy. */
function wordsOf(body: Uint8Array): Uint32Array {
  const count = body.length >>> 2;
  const words = new Uint32Array(count);
  if (isLittleEndian) {
    new Uint8Array(words.buffer).set(body.subarray(0, count * 4));
    return words;
  }
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  for (let index = 0; index < count; index += 1) words[index] = view.getUint32(index * 4, true);
  return words;
}
