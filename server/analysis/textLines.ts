import type { Range } from './finding.ts';
import type { Position, Span } from './report.ts';

/**
 * A text and where its lines start, as editors count them: CR LF, LF and CR end a line (not U+2028, which TypeScript counts too).
 * Offsets are UTF-16 code units, lines are 0-based; `starts` is sorted and begins with 0.
 */
export interface TextLines {
  readonly text: string;
  readonly starts: readonly number[];
}

export function textLines(text: string): TextLines {
  return { text, starts: [0, ...Array.from(text.matchAll(/\r\n|\n|\r/g), (match) => match.index + match[0].length)] };
}

/** Line that holds an offset; offsets beyond the end belong to the last line. */
export function lineAt({ starts }: TextLines, offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Offset at which a line starts; the length of the text for lines beyond the end. */
export function lineStart({ text, starts }: TextLines, line: number): number {
  return starts[line] ?? text.length;
}

/** Text of a line without its line break; empty beyond the end. */
export function lineText(lines: TextLines, line: number): string {
  return lines.text.slice(lineStart(lines, line), lineStart(lines, line + 1)).replace(/[\r\n]+$/, '');
}

/** Line and column as people count them, 1-based. */
export function positionAt(lines: TextLines, offset: number): Position {
  const line = lineAt(lines, offset);
  return { line: line + 1, column: offset - lineStart(lines, line) + 1 };
}

export function spanOf(lines: TextLines, range: Range): Span {
  return { start: positionAt(lines, range.start), end: positionAt(lines, range.end) };
}
