import { frameType, readFrame } from '#protocol/frames.ts';
import type { TraceModel } from './model.ts';
import { indexOfMagic, startsWithMagic } from './frameSplitter.ts';
import { parseBody, parseHello } from './parseBody.ts';
import { defaultLimits, traceReader, type ReaderLimits } from './traceReader.ts';

/** Reads a whole trace; segments of a thread may lie in any order. Throws nothing: what cannot be read is told in `notes`. */
export function readTrace(bytes: Uint8Array, limits: ReaderLimits = defaultLimits): TraceModel {
  const reader = traceReader(limits);
  for (const { start, end } of inOrder(segmentsOf(bytes))) reader.feed(bytes.subarray(start, end));
  return reader.model();
}

/** From one magic to the next. */
interface Segment {
  readonly start: number;
  end: number;
  /** Thread and number, from its hello; a segment without one keeps its place. */
  key: string;
  number: number;
}

/** Nobody has more; with more the order in the file holds. */
const maxSegments = 100_000;

function segmentsOf(bytes: Uint8Array): readonly Segment[] {
  const segments: Segment[] = [{ start: 0, end: bytes.length, key: '', number: 0 }];
  // The reader says what is wrong with anything else.
  let at = startsWithMagic(bytes, 0) ? 0 : bytes.length;
  while (at < bytes.length && segments.length < maxSegments) {
    const last = segments.at(-1);
    if (startsWithMagic(bytes, at) && last !== undefined) {
      if (at > 0) {
        last.end = at;
        segments.push({ start: at, end: bytes.length, key: '', number: 0 });
      }
      at += 8;
    }
    const frame = readFrame(bytes, at);
    if (frame.kind === 'frame') {
      name(segments.at(-1), frame);
      at = frame.next;
      continue;
    }
    const next = indexOfMagic(bytes, at + 1);
    if (next < 0) break;
    at = next;
  }
  return segments;
}

function name(segment: Segment | undefined, frame: { readonly type: number; readonly body: Uint8Array }): void {
  if (segment === undefined || frame.type !== frameType.hello || segment.key !== '') return;
  const fields = parseBody(frame.body);
  const hello = fields === undefined ? undefined : parseHello(fields);
  if (hello === undefined) return;
  segment.key = `${hello.pid}/${hello.thread}/${hello.startedAt}`;
  segment.number = hello.segment;
}

/** Segments of one thread by their number; threads in the order in which they come first. */
function inOrder(segments: readonly Segment[]): readonly Segment[] {
  const first = new Map<string, number>();
  for (const [index, { key }] of segments.entries()) if (!first.has(key)) first.set(key, index);
  const rank = ({ key }: Segment) => first.get(key) ?? 0;
  return segments.toSorted((a, b) => rank(a) - rank(b) || a.number - b.number);
}
