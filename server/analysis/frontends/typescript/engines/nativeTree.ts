/**
 * Reads the encoded source file of TypeScript 7's API, protocol version 5: a header of 32-bit words (offsets of the sections),
 * a string table in UTF-8, extended data, and the node records that `SyntaxTree` uses as they are.
 */
import { SyntaxTree, WORDS } from '../syntax/tree.ts';

const PROTOCOL_VERSION = 5;
const HEADER = { metadata: 0, stringOffsets: 24, strings: 28, extended: 32, nodes: 40 } as const;
const DATA_WORD = 5;
const EXTENDED_MASK = 0x00ffffff;

/** Decodes UTF-8; handed in, since text decoding belongs to the platform. */
export type DecodeText = (bytes: Uint8Array) => string;

/** @throws Error when the compiler speaks another protocol version, so that the caller falls back to the embedded engine. */
export function decodeTree(encoded: Uint8Array, kinds: Uint8Array, decode: DecodeText): SyntaxTree {
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  const version = view.getUint32(HEADER.metadata, true) >>> 24;
  if (version !== PROTOCOL_VERSION) throw new Error(`unknown syntax protocol version ${version}`);
  const words = alignedWords(encoded, view.getUint32(HEADER.nodes, true));
  return new SyntaxTree(decode(textBytes(encoded, view, words)), words, kinds);
}

/** Copies the records: they start at any byte, a word array must not, and the message buffer is used again. */
function alignedWords(encoded: Uint8Array, offset: number): Uint32Array {
  const bytes = Uint8Array.prototype.slice.call(encoded, offset);
  return new Uint32Array(bytes.buffer, 0, bytes.byteLength >> 2);
}

/** The file's text is a string of the table, named by the first word of the source file's extended data. */
function textBytes(encoded: Uint8Array, view: DataView, words: Uint32Array): Uint8Array {
  const extended = (words[WORDS + DATA_WORD] ?? 0) & EXTENDED_MASK;
  const index = view.getUint32(view.getUint32(HEADER.extended, true) + extended, true);
  const offsets = view.getUint32(HEADER.stringOffsets, true) + index * 4;
  const strings = view.getUint32(HEADER.strings, true);
  const start = strings + view.getUint32(offsets, true);
  const end = strings + view.getUint32(offsets + 4, true);
  return encoded.subarray(start, end);
}
