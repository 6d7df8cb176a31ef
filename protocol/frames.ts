/**
 * Frames: the form of a trace on disk and on the wire. One byte says what it is, four (little-endian) how long its body is.
 *
 * A stream of frames begins with `magic`. Every thread of every process begins with a `hello` frame; frames that follow belong to the last `hello`.
 * So segments of several threads can be laid one behind the other in one file. Bodies are JSON (UTF-8) except `records` and `live`.
 * A reader skips frames of unknown types, and stops with a note at one that is too long or cut off; everything before it counts.
 */

/** First eight bytes of a segment: the name and the version of the format. */
export const magic: Readonly<Uint8Array> = Uint8Array.of(0x52, 0x55, 0x42, 0x41, 0x54, 0x4f, 0x00, 0x01);

export const frameType = {
  /** JSON `Hello`. */
  hello: 1,
  /** JSON `SiteTable`. */
  sites: 2,
  /** `RecordsHeader`, then the words of the ring, little-endian. */
  records: 3,
  /** Live table: `LiveHeader`, then the used rows, little-endian words as in `liveTable`. */
  live: 4,
  /** JSON `Note`. */
  note: 5,
  /** JSON `Stats`. */
  stats: 6,
  /** JSON `Goodbye`. */
  goodbye: 7,
  /** JSON `Control`, from a listener to the hook. */
  control: 8,
} as const;
export type FrameType = (typeof frameType)[keyof typeof frameType];

export const frameHeaderBytes = 5;
/** No frame is longer; a reader refuses what claims to be. */
export const maxFrameBytes = 8 * 1024 * 1024;

/** Before the words of a `records` frame: sequence number of its first word (low, high 32 bits). A jump between frames is a loss. */
export const recordsHeaderWords = 2;

/** Before the rows of a `live` frame: ms since the thread's start. */
export const liveHeaderWords = 1;

/** Writes a header for a body of that many bytes. */
export function writeFrameHeader(into: Uint8Array, at: number, type: FrameType, bodyBytes: number): void {
  into[at] = type;
  into[at + 1] = bodyBytes & 0xff;
  into[at + 2] = (bodyBytes >>> 8) & 0xff;
  into[at + 3] = (bodyBytes >>> 16) & 0xff;
  into[at + 4] = (bodyBytes >>> 24) & 0xff;
}

/** A frame ready to be written; JSON bodies come encoded as UTF-8. Throws a `RangeError` over `maxFrameBytes`. */
export function frameOf(type: FrameType, body: Uint8Array): Uint8Array {
  if (body.length > maxFrameBytes) throw new RangeError(`A frame of ${body.length} bytes is too long.`);
  const frame = new Uint8Array(frameHeaderBytes + body.length);
  writeFrameHeader(frame, 0, type, body.length);
  frame.set(body, frameHeaderBytes);
  return frame;
}

/** The frame that begins at `at`. `incomplete`: the bytes end inside it. `broken`: its length is impossible, nothing after it can be read. */
export type FrameAt =
  | { readonly kind: 'frame'; readonly type: number; readonly body: Uint8Array; readonly next: number }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'broken' };

export function readFrame(bytes: Uint8Array, at: number): FrameAt {
  if (bytes.length < at + frameHeaderBytes) return { kind: 'incomplete' };
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, frameHeaderBytes);
  const length = view.getUint32(1, true);
  if (length > maxFrameBytes) return { kind: 'broken' };
  const start = at + frameHeaderBytes;
  const next = start + length;
  if (bytes.length < next) return { kind: 'incomplete' };
  return { kind: 'frame', type: view.getUint8(0), body: bytes.subarray(start, next), next };
}
