import type { Look, Style } from '#reporters/stylish.ts';

/** A cell of a table: one line of text. */
export interface Cell {
  readonly text: string;
  readonly look?: Look;
  readonly align?: 'right';
  /** What is too long loses its beginning, as paths should. */
  readonly cut?: 'start';
}

export interface TableOptions {
  readonly style: Style;
  /** Columns of the terminal or log. */
  readonly width: number;
  /** Column that is cut when the rows are too wide. */
  readonly flexible: number;
}

const gap = 2;
const leastWidth = 8;

/** Rows with their cells below each other, columns without text left out, no wider than `width`, no spaces at the ends of lines. */
export function table(rows: readonly (readonly Cell[])[], options: TableOptions): readonly string[] {
  const widths = fittingWidths(rows, options);
  return rows.map((row) =>
    row
      .flatMap((cell, at) => (widths[at] === 0 ? [] : shaped(cell, widths[at] ?? 0, options.style)))
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

/** The flexible column gives way first, then whichever is widest. */
function fittingWidths(rows: readonly (readonly Cell[])[], { width, flexible }: TableOptions): readonly number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, { text }] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, lengthOf(text));
  }
  let excess = widths.reduce((sum, each) => sum + (each === 0 ? 0 : each + gap), -gap) - width;
  let at = flexible;
  while (excess > 0 && (widths[at] ?? 0) > 0) {
    const given = Math.min(excess, Math.max(0, (widths[at] ?? 0) - leastWidth));
    widths[at] = (widths[at] ?? 0) - given;
    excess -= given;
    const widest = widths.indexOf(Math.max(...widths));
    if (given === 0 && widest === at) break;
    at = widest;
  }
  return widths;
}

function shaped({ text, look, align, cut }: Cell, width: number, style: Style): string {
  const fitting = cut === 'start' ? endOf(text, width) : shortened(text, width);
  const space = ' '.repeat(Math.max(0, width - lengthOf(fitting)));
  const styled = look === undefined || fitting === '' ? fitting : style(look, fitting);
  return align === 'right' ? space + styled : styled + space;
}

/** The text, or its beginning and `…`. */
function shortened(text: string, width: number): string {
  const units = Array.from(text);
  return units.length <= width ? text : `${units.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** The text, or `…` and its end. */
function endOf(text: string, width: number): string {
  const units = Array.from(text);
  return units.length <= width ? text : `…${units.slice(units.length - Math.max(0, width - 1)).join('')}`;
}

/** Code points: labels of programs are rarely wide, and a terminal is not asked. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}
