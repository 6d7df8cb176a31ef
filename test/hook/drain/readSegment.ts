import { frameType, magic, readFrame, recordsHeaderWords } from '#protocol/frames.ts';
import type { Note, Stats } from '#protocol/messages.ts';

export interface SegmentContents {
  readonly notes: readonly Note[];
  readonly stats: readonly Stats[];
  /** Of records. */
  readonly words: number;
}

/** What lies in a segment, frame by frame: for what a trace's reader does not tell. */
export function readSegment(bytes: Uint8Array): SegmentContents {
  const notes: Note[] = [];
  const stats: Stats[] = [];
  let words = 0;
  let at = magic.length;
  for (let frame = readFrame(bytes, at); frame.kind === 'frame'; frame = readFrame(bytes, at)) {
    at = frame.next;
    if (frame.type === frameType.note) notes.push(JSON.parse(Buffer.from(frame.body).toString()) as Note);
    if (frame.type === frameType.stats) stats.push(JSON.parse(Buffer.from(frame.body).toString()) as Stats);
    if (frame.type === frameType.records) words += frame.body.length / 4 - recordsHeaderWords;
  }
  return { notes, stats, words };
}
