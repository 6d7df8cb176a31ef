import { frameOf, frameType, magic } from '#protocol/frames.ts';
import type { TraceMode } from '#protocol/messages.ts';
import { extraWords, payloadBits, payloadMask, recordKind, ring } from '#protocol/records.ts';
import type { TaskRuntime } from '#hook/contracts.ts';
import { ringReader } from '#hook/drain/ringReader.ts';
import {
  control,
  headerOf,
  threadMemory,
  wordsOf,
  type MemorySizes,
  type ThreadMemory,
} from '#hook/recorder/threadMemory.ts';
import { threadRuntime, type ThreadRuntime } from '#hook/recorder/threadRuntime.ts';

/** A thread's recorder with a clock that the test sets and nobody who drains it. */
export interface Recording extends ThreadRuntime {
  readonly runtime: TaskRuntime;
  readonly memory: ThreadMemory;
  readonly header: Int32Array;
  /** Exact time, in µs. */
  timeUs: number;
  /** Errors given to `w`. */
  readonly swallowed: readonly (readonly [site: number, error: unknown])[];
  /** Records since the start as `kind payload`, with the words that follow; without pads and sync points. */
  records(): readonly string[];
  /** All words since the last call, as a segment. */
  segment(): Uint8Array;
}

export interface RecordingOptions extends MemorySizes {
  readonly mode?: TraceMode;
  readonly lostSampling?: number;
  readonly isStrong?: boolean;
}

export function recording(options: RecordingOptions = {}): Recording {
  const { mode = 'trace', lostSampling = 0, isStrong = true } = options;
  const memory = threadMemory(options);
  const header = headerOf(memory);
  const swallowed: (readonly [number, unknown])[] = [];
  const reader = ringReader(header, wordsOf(memory));
  // As if the worker had started: the clock is coarse.
  header[ring.workerState] = 1;
  const made: Recording = {
    memory,
    header,
    timeUs: 0,
    swallowed,
    records: () => recordsOf(memory, header),
    segment: () => segmentOf(reader.take()?.frame),
    ...threadRuntime({
      memory,
      control: new Int32Array(new SharedArrayBuffer(control.words * 4)),
      mode,
      lostSampling,
      nowUs: () => made.timeUs,
      onLost() {},
      onSwallow: (site, error) => swallowed.push([site, error]),
      isStrong,
    }),
  };
  return made;
}

const names = new Map<number, string>(Object.entries(recordKind).map(([name, kind]) => [kind, name]));

function recordsOf(memory: ThreadMemory, header: Int32Array): readonly string[] {
  const words = wordsOf(memory);
  const texts: string[] = [];
  const end = header[ring.head] ?? 0;
  for (let at = 0; at < end;) {
    const word = words[at & (words.length - 1)] ?? 0;
    const kind = word >>> payloadBits;
    const more = extraWords[kind] ?? 0;
    const parts = [word & payloadMask, ...words.subarray(at + 1, at + 1 + more)];
    if (kind !== recordKind.pad && kind !== recordKind.sync) texts.push(`${names.get(kind)} ${parts.join(' ')}`);
    at += 1 + more;
  }
  return texts;
}

function segmentOf(frame: Uint8Array | undefined): Uint8Array {
  const hello = { version: 1, pid: 1, parentPid: 0, thread: 0, mode: 'trace', runtime: 'node 24', platform: 'linux' };
  const body = new TextEncoder().encode(JSON.stringify({ ...hello, startedAt: 0, segment: 0 }));
  return Buffer.concat([magic.slice(), frameOf(frameType.hello, body), frame ?? new Uint8Array()]);
}
