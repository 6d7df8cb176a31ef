/**
 * A file's syntax as one array of fixed-size records in pre-order: the form in which TypeScript 7 hands it over, and into which
 * the embedded engine writes its own. Nothing is materialised per node, so walking a file is a linear scan.
 *
 * Invariants: record 0 is empty, record 1 is the source file; a node's descendants directly follow it; 0 means "no node".
 */
import { K, LIST, slots, type Kind, type PropertyName } from './kinds.ts';

/** Index of a record. 0 is "no node". */
export type Node = number;

/** 32-bit words of a record: raw kind, start (with leading trivia), end, next sibling, parent, child mask, flags. */
export const WORDS = 7;
const POS = 1;
const END = 2;
const NEXT = 3;
const PARENT = 4;
const DATA = 5;

export class SyntaxTree {
  readonly text: string;
  /** Number of records, the empty one included. */
  readonly count: number;
  readonly #words: Uint32Array;
  readonly #kinds: Uint8Array;
  /** Elements of long lists: each element's place in them is asked, too. */
  readonly #longLists = new Map<Node, readonly Node[]>();
  /** Nodes by our kind, in source order; made at the first question. */
  #byKind: readonly Node[][] | undefined;

  /** @param kinds maps the engine's raw kind numbers to ours */
  constructor(text: string, words: Uint32Array, kinds: Uint8Array) {
    this.text = text;
    this.#words = words;
    this.#kinds = kinds;
    this.count = Math.floor(words.length / WORDS);
  }

  /** Our kind; 0 for lists and for kinds we do not tell apart. */
  kind(node: Node): Kind {
    const raw = this.#words[node * WORDS] ?? LIST;
    return raw === LIST ? 0 : (this.#kinds[raw] ?? 0);
  }

  /** All nodes of some kinds, in source order, the source file left out. */
  nodesOf(...kinds: readonly Kind[]): readonly Node[] {
    this.#byKind ??= this.#groupByKind();
    const groups = kinds.map((kind) => this.#byKind?.[kind] ?? []);
    const [only = []] = groups;
    return groups.length === 1 ? only : groups.flat().toSorted((a, b) => a - b);
  }

  #groupByKind(): Node[][] {
    const groups: Node[][] = Array.from({ length: 256 }, () => []);
    for (let node = 2; node < this.count; node++) {
      const kind = this.kind(node);
      if (kind !== 0) groups[kind]?.push(node);
    }
    return groups;
  }

  isList(node: Node): boolean {
    return this.#words[node * WORDS] === LIST;
  }

  /** The engine's own kind numbers by node, for node handles. Lists count as 65535. */
  rawKinds(): Uint16Array {
    const kinds = new Uint16Array(this.count);
    for (let node = 0; node < this.count; node++) kinds[node] = this.#words[node * WORDS] ?? 0;
    return kinds;
  }

  /** Start including leading whitespace and comments. */
  pos(node: Node): number {
    return this.#words[node * WORDS + POS] ?? 0;
  }

  end(node: Node): number {
    return this.#words[node * WORDS + END] ?? 0;
  }

  /** Start of the first token. */
  start(node: Node): number {
    return this.tokenFrom(this.pos(node));
  }

  /** Start of the first token at or after an offset that is in no token. */
  tokenFrom(offset: number): number {
    return skipTrivia(this.text, offset);
  }

  /** Next sibling, or 0. */
  next(node: Node): Node {
    return this.#words[node * WORDS + NEXT] ?? 0;
  }

  /** Enclosing node; lists are passed over. 0 for the source file. */
  parent(node: Node): Node {
    const parent = this.#words[node * WORDS + PARENT] ?? 0;
    return this.isList(parent) ? (this.#words[parent * WORDS + PARENT] ?? 0) : parent;
  }

  /** Text from the first token to the end. */
  textOf(node: Node): string {
    return this.text.slice(this.start(node), this.end(node));
  }

  /**
   * Child in a property; 0 when it is absent or the kind has no such property.
   * For a list property the result is the list's record: see `elements`.
   */
  child(node: Node, property: PropertyName): Node {
    const kind = this.kind(node);
    if (kind === K.SourceFile) return property === 'statements' ? this.firstChild(node) : 0;
    const slot = slots[property][kind] ?? -1;
    if (slot < 0) return 0;
    const mask = (this.#words[node * WORDS + DATA] ?? 0) & 0xff;
    if (((mask >>> slot) & 1) === 0) return 0;
    let child = this.firstChild(node);
    for (let left = bitCount(mask & ((1 << slot) - 1)); left > 0 && child !== 0; left--) child = this.#nextChild(child);
    return child;
  }

  /** First child that is no documentation comment, or 0. May be a list. */
  firstChild(node: Node): Node {
    const first = node + 1;
    if (first >= this.count || this.#words[first * WORDS + PARENT] !== node) return 0;
    return this.kind(first) === K.JSDoc ? this.#nextChild(first) : first;
  }

  #nextChild(node: Node): Node {
    let next = this.next(node);
    while (next !== 0 && this.kind(next) === K.JSDoc) next = this.next(next);
    return next;
  }

  /** Nodes of a list property; empty when absent. */
  list(node: Node, property: PropertyName): readonly Node[] {
    return this.elements(this.child(node, property));
  }

  /** Nodes of a list; empty for 0. */
  elements(list: Node): readonly Node[] {
    const known = this.#longLists.get(list);
    if (known !== undefined) return known;
    const nodes: Node[] = [];
    if (list === 0) return nodes;
    for (let node = this.firstChild(list); node !== 0; node = this.#nextChild(node)) nodes.push(node);
    if (nodes.length > LONG_LIST) this.#longLists.set(list, nodes);
    return nodes;
  }

  /** First record behind the node's descendants: `[node, subtreeEnd)` is the whole subtree. */
  subtreeEnd(node: Node): Node {
    let at = node;
    while (at !== 0) {
      const next = this.next(at);
      if (next !== 0) return next;
      at = this.#words[at * WORDS + PARENT] ?? 0;
    }
    return this.count;
  }
}

/** Below this length walking a list again is as cheap as remembering it. */
const LONG_LIST = 32;

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** First offset at or after `from` that is neither whitespace nor inside a comment. */
function skipTrivia(text: string, from: number): number {
  let at = from;
  if (at === 0 && text.startsWith('#!')) at = lineEnd(text, 0);
  for (;;) {
    const code = text.charCodeAt(at);
    if (isWhitespace(code)) at++;
    else if (code === SLASH && text.charCodeAt(at + 1) === SLASH) at = lineEnd(text, at);
    else if (code === SLASH && text.charCodeAt(at + 1) === STAR) {
      const close = text.indexOf('*/', at + 2);
      if (close < 0) return text.length;
      at = close + 2;
    } else return at;
  }
}

const SLASH = 47;
const STAR = 42;

/** What TypeScript's scanner skips; see its `isWhiteSpaceLike`. */
function isWhitespace(code: number): boolean {
  if (code < 128) return code === 32 || (code >= 9 && code <= 13);
  return (code >= 0x2000 && code <= 0x200b) || RARE_SPACES.has(code);
}

const RARE_SPACES: ReadonlySet<number> = new Set([0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff]);

/** ECMAScript ends a line comment at any of its four line terminators. */
function lineEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isLineTerminator(text.charCodeAt(at))) at++;
  return at;
}

function isLineTerminator(code: number): boolean {
  return code === 10 || code === 13 || code === 0x2028 || code === 0x2029;
}
