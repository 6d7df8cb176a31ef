/** The way back from a place in changed text to where it stood. */

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
