/** Insertions into a text, collected while its syntax is walked and applied at once. */
import { insertionMark } from '../contracts.ts';
import type { LineTable } from './lineTable.ts';

/**
 * Invariant: pieces at one place stand in the order in which they were inserted. A walk that opens a node before its children and closes
 * it behind them nests them rightly.
 */
export class Edits {
  readonly #places: number[] = [];
  readonly #pieces: string[] = [];
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

  /** The changed text, and its spans as in `Insertions`. */
  apply(source: string, lines: LineTable): { readonly code: string; readonly spans: Int32Array } {
    const order = this.#order();
    const spans: number[] = [];
    const column = { line: 0, shift: 0 };
    let code = '';
    let from = 0;
    for (let at = 0; at < order.length;) {
      const place = this.#places[order[at] ?? 0] ?? 0;
      let piece = insertionMark;
      for (; at < order.length && this.#places[order[at] ?? 0] === place; at++) piece += this.#pieces[order[at] ?? 0];
      piece += insertionMark;
      code += source.slice(from, place) + piece;
      from = place;
      const line = lines.lineOf(place);
      if (line !== column.line) {
        column.line = line;
        column.shift = 0;
      }
      spans.push(line, place - lines.startOf(line) + column.shift, piece.length);
      column.shift += piece.length;
    }
    return { code: code + source.slice(from), spans: Int32Array.from(spans) };
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
