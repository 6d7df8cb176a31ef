/** The way back from changed text: what the author wrote, and where it stood. */
import { insertionMark } from '../contracts.ts';

/**
 * Text without what the transform inserted. Takes a whole module or the text of one of its functions, as `Function.prototype.toString`
 * gives it: an arrow function may end inside its last inserted piece, which then has no closing mark. Text without marks comes back as it is.
 */
export function originalText(text: string): string {
  let mark = text.indexOf(insertionMark);
  if (mark < 0) return text;
  let kept = '';
  let from = 0;
  while (mark >= 0) {
    kept += text.slice(from, mark);
    const close = text.indexOf(insertionMark, mark + insertionMark.length);
    if (close < 0) return kept;
    from = close + insertionMark.length;
    mark = text.indexOf(insertionMark, from);
  }
  return kept + text.slice(from);
}

/**
 * The column before insertions of one in the changed text; both from 0, the line from 1. A place inside an inserted piece is taken to
 * the place where it was inserted. Lines are the same in both texts.
 * @param spans see `Insertions`
 */
export function originalColumn(spans: Int32Array, line: number, column: number): number {
  let original = column;
  for (let at = firstOfLine(spans, line); at < spans.length && spans[at] === line; at += SPAN) {
    const start = spans[at + 1] ?? 0;
    if (start >= column) break;
    original -= Math.min(spans[at + 2] ?? 0, column - start);
  }
  return original;
}

/** Numbers per span: line, column, length. */
const SPAN = 3;

/** Index of the first span on that line or a later one. */
function firstOfLine(spans: Int32Array, line: number): number {
  let low = 0;
  let high = spans.length / SPAN;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle * SPAN] ?? 0) < line) low = middle + 1;
    else high = middle;
  }
  return low * SPAN;
}
