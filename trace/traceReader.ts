import { frameType, liveHeaderWords, recordsHeaderWords } from '#protocol/frames.ts';
import { protocolVersion, type Hello, type Note } from '#protocol/messages.ts';
import type { Fields } from './fields.ts';
import { foldRows } from './foldRows.ts';
import { frameSplitter } from './frameSplitter.ts';
import type { TraceModel } from './model.ts';
import { notesOf } from './notesOf.ts';
import { parseBody, parseGoodbye, parseHello, parseSiteTable, parseStats } from './parseBody.ts';
import { parseNote } from './parseNote.ts';
import { addSites, placeTable } from './placeTable.ts';
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

/** Never throws for anything that is fed. */
export function traceReader(limits: ReaderLimits = defaultLimits): TraceReader {
  const threads = new Map<string, ThreadReader>();
  const table = placeTable();
  const problems = new Map<string, number>();
  let current: ThreadReader | undefined;
  let isFull = false;
  let liveWords = 0;
  const noteCounts = new Map<string, number>();

  const problem = (text: string): void => void problems.set(text, (problems.get(text) ?? 0) + 1);
  const splitter = frameSplitter({ frame, problem });

  function frame(type: number, body: Uint8Array): void {
    if (type === frameType.hello) return hello(body);
    if (current === undefined) return problem('a frame without a thread was skipped');
    if (type === frameType.records) return records(current, body);
    if (type === frameType.live) return live(current, body);
    const isKnown = type === frameType.sites || type === frameType.note || type === frameType.stats;
    if (!isKnown && type !== frameType.goodbye) return;
    const fields = parseBody(body);
    if (fields === undefined) return problem('a damaged message was skipped');
    message(current, type, fields);
  }

  function message(thread: ThreadReader, type: number, fields: Fields): void {
    if (type === frameType.sites) return addSites(table, thread.numbers, parseSiteTable(fields));
    if (type === frameType.note) return note(thread, parseNote(fields));
    if (type === frameType.stats) {
      thread.stats = parseStats(fields);
      return reach(thread, thread.stats.time);
    }
    thread.goodbye = parseGoodbye(fields);
    reach(thread, thread.goodbye.time);
  }

  function hello(body: Uint8Array): void {
    current = undefined;
    const fields = parseBody(body);
    const said = fields === undefined ? undefined : parseHello(fields);
    if (said === undefined) return problem('a damaged message was skipped');
    if (said.version > protocolVersion) return problem('a thread was recorded by a newer version and skipped');
    current = threadOf(said);
  }

  function threadOf(said: Hello): ThreadReader | undefined {
    const key = `${said.pid}/${said.thread}/${said.startedAt}`;
    const known = threads.get(key);
    if (known !== undefined) return known;
    if (threads.size >= limits.threads) {
      problem('threads beyond the bound were skipped');
      return undefined;
    }
    const made = threadReader(said, hasRoom);
    threads.set(key, made);
    return made;
  }

  function records(thread: ThreadReader, body: Uint8Array): void {
    const words = wordsOf(body);
    const low = words[0];
    const high = words[1];
    if (low === undefined || high === undefined || high >= 1 << 20) return problem('a damaged message was skipped');
    readRecords(thread, low + high * 2 ** 32, words.subarray(recordsHeaderWords));
  }

  function live(thread: ThreadReader, body: Uint8Array): void {
    const words = wordsOf(body);
    const ms = words[0];
    if (ms === undefined) return problem('a damaged message was skipped');
    liveWords += words.length - (thread.live?.rows.length ?? 0);
    thread.live = { time: ms * 1000, rows: words.subarray(liveHeaderWords) };
    reach(thread, ms * 1000);
    if (liveWords > maxLiveWords) settleAll();
  }

  function settleAll(): void {
    liveWords = 0;
    for (const thread of threads.values()) {
      if (hasRoom()) settle(thread);
      thread.live = undefined;
    }
  }

  function note(thread: ThreadReader, said: Note | undefined): void {
    // A kind to come.
    if (said === undefined) return;
    const count = (noteCounts.get(said.kind) ?? 0) + 1;
    noteCounts.set(said.kind, count);
    if (count > limits.notes) return problem(`notes of the kind ${said.kind} beyond the bound were skipped`);
    keepNote(thread, said);
  }

  function keepNote(thread: ThreadReader, said: Note): void {
    switch (said.kind) {
      case 'block':
        thread.blocks.push(said);
        return reach(thread, said.start + said.durationUs);
      case 'gc':
        thread.collections.push(said);
        return reach(thread, said.start + said.durationUs);
      case 'rejection':
        thread.rejections.push(said);
        return reach(thread, said.time);
      case 'lost':
        readLost(thread, said);
        return reach(thread, said.time);
      case 'gap':
        return problem(`records were lost (${gapReasons[said.reason]})`);
      case 'untraced':
        return problem(`a ${said.what} was not traced (${untracedReasons[said.reason]})`);
      case 'fault':
        return problem(`a part of the hook turned itself off (${said.part}: ${said.message})`);
      case 'trigger':
        return;
      default:
        return said satisfies never;
    }
  }

  /** Lets go of old rows of the largest thread until there is room. False: everything there is alive. */
  function hasRoom(): boolean {
    for (let tries = 0; tries < 16 && !isFull; tries += 1) {
      const all = [...threads.values()];
      const tasks = all.reduce((sum, { state }) => sum + state.tasks.count, 0);
      const waits = all.reduce((sum, { state }) => sum + state.waits.count, 0);
      if (tasks < limits.tasks && waits < limits.waits) return true;
      const weight = ({ state }: ThreadReader) => state.tasks.count / limits.tasks + state.waits.count / limits.waits;
      const largest = all.reduce((best, each) => (weight(each) > weight(best) ? each : best));
      const before = weight(largest);
      foldRows(largest.state);
      isFull = weight(largest) > before * 0.95;
    }
    if (isFull) problem('more tasks were alive at once than can be kept; later records were skipped');
    return !isFull;
  }

  return {
    feed: (chunk) => splitter.push(chunk),
    model() {
      liveWords = 0;
      const models = [...threads.values()].map(modelOf);
      const cut = splitter.pendingBytes > 0 ? ['the end is cut off inside a frame'] : [];
      return {
        threads: models.toSorted((a, b) => a.hello.pid - b.hello.pid || a.hello.thread - b.hello.thread),
        places: table.places,
        notes: [...notesOf([...threads.values()], problems), ...cut],
      };
    },
  };
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
