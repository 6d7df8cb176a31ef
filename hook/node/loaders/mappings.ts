/** A generated place and its source; lines and columns from 1. */
export interface Mapping {
  readonly line: number;
  readonly column: number;
  readonly source: string;
  readonly sourceLine: number;
  readonly sourceColumn: number;
}

/** `mappings` of a source map (ECMA-426): base64 VLQ. Sorted by generated place. */
export function mappingsOf(mappings: readonly Mapping[], sources: readonly string[]): string {
  let text = '';
  let line = 1;
  let before = [0, 0, 0, 0];
  for (const mapping of mappings) {
    const isNewLine = mapping.line > line;
    if (isNewLine) before = before.with(0, 0);
    else if (text !== '') text += ',';
    text += ';'.repeat(mapping.line - line);
    line = mapping.line;
    const { column, source, sourceLine, sourceColumn } = mapping;
    const numbers = [column - 1, sources.indexOf(source), sourceLine - 1, sourceColumn - 1];
    text += numbers.map((number, at) => vlq(number - (before[at] ?? 0))).join('');
    before = numbers;
  }
  return text;
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function vlq(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = '';
  while (rest > 31) {
    text += digits.charAt((rest & 31) | 32);
    rest >>>= 5;
  }
  return text + digits.charAt(rest);
}
