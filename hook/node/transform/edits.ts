/** Insertions into a text, collected while its syntax is walked and applied at once. */
import { insertionMark } from '#protocol/insertions.ts';
import type { LineTable } from './lineTable.ts';

/** What edits make of a text. */
export interface AppliedEdits {
  readonly code: string;
  /** The same with the masks in place. */
  readonly checked: string;
  /** See `Insertions`. */
  readonly spans: Int32Array;
}

interface Mask {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Numbers per span. */
const SPAN = 3;

/**
 * Invariant: pieces at one place stand in the order in which they were inserted. A walk that opens a node before its children and closes
 * it behind them nests them rightly.
 */
export class Edits {
  readonly #places: number[] = [];
  readonly #pieces: string[] = [];
  readonly #masks: Mask[] = [];
  #isSorted = true;
  #count = 0;

  /** Inserts before the character at that offset. The text must hold no line break. */
  insert(place: number, text: string): void {
    this.fill(this.reserve(place), text);
  }

  /** A place for text that is not known yet; nothing is inserted unless it is filled. */
  reserve(place: number): number {
    const last = this.#places.length;
    if (last > 0 && place < (this.#places[last - 1] ?? 0)) this.#isSorted = false;
    this.#places.push(place);
    this.#pieces.push('');
    return last;
  }

  fill(index: number, text: string): void {
    this.#pieces[index] = text;
    this.#count++;
  }

  /** Whether something was inserted. */
  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Whether the last thing inserted stands there. */
  endsAt(place: number): boolean {
    for (let index = this.#pieces.length - 1; index >= 0; index--) {
      if (this.#pieces[index] !== '') return this.#places[index] === place;
    }
    return false;
  }

  /** Shows other text for this range to the check of the changed text; see `AppliedEdits`. In order of their place, nothing inserted inside. */
  mask(start: number, end: number, text: string): void {
    this.#masks.push({ start, end, text });
  }

  apply(source: string, lines: LineTable): AppliedEdits {
    const order = this.#order();
    const code = new TextWriter(source, []);
    const checked = this.#masks.length === 0 ? undefined : new TextWriter(source, this.#masks);
    const spans = new Int32Array(order.length * SPAN);
    let filled = 0;
    let line = 0;
    let shift = 0;
    for (let at = 0; at < order.length;) {
      const place = this.#places[order[at] ?? 0] ?? 0;
      let piece = insertionMark;
      for (; at < order.length && this.#places[order[at] ?? 0] === place; at++) piece += this.#pieces[order[at] ?? 0];
      piece += insertionMark;
      code.write(place, piece);
      checked?.write(place, piece);
      const next = lines.lineOf(place);
      if (next !== line) shift = 0;
      line = next;
      spans[filled++] = line;
      spans[filled++] = place - lines.startOf(line) + shift;
      spans[filled++] = piece.length;
      shift += piece.length;
    }
    const text = code.finish();
    return { code: text, checked: checked?.finish() ?? text, spans: spans.slice(0, filled) };
  }

  /** Indexes of the pieces that are not empty, by place. */
  #order(): number[] {
    const order: number[] = [];
    for (let index = 0; index < this.#pieces.length; index++) if (this.#pieces[index] !== '') order.push(index);
    if (this.#isSorted) return order;
    const places = this.#places;
    return order.toSorted((a, b) => (places[a] ?? 0) - (places[b] ?? 0) || a - b);
  }
}

/** Copies a text, with insertions and masks on the way. */
class TextWriter {
  readonly #source: string;
  readonly #masks: readonly Mask[];
  #text = '';
  #from = 0;
  #next = 0;

  constructor(source: string, masks: readonly Mask[]) {
    this.#source = source;
    this.#masks = masks;
  }

  write(place: number, piece: string): void {
    this.#copyTo(place);
    this.#text += piece;
  }

  finish(): string {
    this.#copyTo(this.#source.length);
    return this.#text;
  }

  #copyTo(place: number): void {
    for (
      let mask = this.#masks[this.#next];
      mask !== undefined && mask.start < place;
      mask = this.#masks[++this.#next]
    ) {
      this.#text += this.#source.slice(this.#from, mask.start) + mask.text;
      this.#from = mask.end;
    }
    this.#text += this.#source.slice(this.#from, place);
    this.#from = place;
  }
}
