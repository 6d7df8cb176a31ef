import type { Range } from './finding.ts';

/** What the scanner tells apart. A template's `${…}` parts are code again, so one template gives several pieces. */
export interface TextPiece extends Range {
  readonly kind: 'line-comment' | 'block-comment' | 'string' | 'template' | 'regex';
}

interface Scan {
  readonly text: string;
  readonly pieces: TextPiece[];
  offset: number;
  /** Whether a slash here divides: the last significant character ended a value. */
  afterValue: boolean;
  /** Open braces; `true` for those of a template's `${`. */
  readonly braces: boolean[];
}

/**
 * Comments, strings, templates and regular expressions of a JavaScript or TypeScript text, in source order.
 * A scan of characters without a parser, in linear time: it runs also where the text does not parse. Two things only a parser knows are
 * guessed: a slash after `)` or `}` divides, and text between JSX tags is read as code (an apostrophe there ends with its line).
 */
export function textPieces(text: string): readonly TextPiece[] {
  const scan: Scan = { text, pieces: [], offset: 0, afterValue: false, braces: [] };
  while (scan.offset < text.length) step(scan);
  return scan.pieces;
}

function step(scan: Scan): void {
  const char = scan.text.charAt(scan.offset);
  if (char === '/') return slash(scan);
  if (char === '"' || char === "'") return take(scan, 'string', endOfString(scan.text, scan.offset));
  if (char === '`') return template(scan);
  if (char === '{' || char === '}') return brace(scan, char);
  if (/[\w$\u0080-\uffff]/.test(char)) return word(scan);
  if (!/\s/.test(char)) scan.afterValue = char === ')' || char === ']';
  scan.offset++;
}

function slash(scan: Scan): void {
  const next = scan.text.charAt(scan.offset + 1);
  if (next === '/') return take(scan, 'line-comment', endOfLine(scan.text, scan.offset));
  if (next === '*') return take(scan, 'block-comment', endAfter(scan.text, '*/', scan.offset + 2));
  const end = scan.afterValue ? undefined : endOfRegex(scan.text, scan.offset);
  if (end !== undefined) return take(scan, 'regex', end);
  scan.afterValue = false;
  scan.offset++;
}

/** A comment says nothing about what a slash behind it means; everything else taken whole is a value. */
function take(scan: Scan, kind: TextPiece['kind'], end: number): void {
  scan.pieces.push({ kind, start: scan.offset, end });
  scan.offset = end;
  if (!kind.endsWith('comment')) scan.afterValue = true;
}

/** From the backtick, or the brace that ends a `${…}`, to the next `${` or backtick. */
function template(scan: Scan): void {
  const pattern = /\\[^]|`|\$\{/g;
  pattern.lastIndex = scan.offset + 1;
  let match = pattern.exec(scan.text);
  while (match !== null && match[0].startsWith('\\')) match = pattern.exec(scan.text);
  take(scan, 'template', match === null ? scan.text.length : pattern.lastIndex);
  if (match?.[0] !== '${') return;
  scan.braces.push(true);
  scan.afterValue = false;
}

function brace(scan: Scan, char: string): void {
  if (char === '}' && scan.braces.pop() === true) return template(scan);
  if (char === '{') scan.braces.push(false);
  scan.afterValue = char === '}';
  scan.offset++;
}

const wordsBeforeRegex = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'do',
  'else',
  'void',
  'delete',
  'throw',
  'new',
  'await',
  'yield',
]);

function word(scan: Scan): void {
  const pattern = /[\w$\u0080-\uffff]+/y;
  pattern.lastIndex = scan.offset;
  const name = pattern.exec(scan.text)?.[0] ?? '';
  scan.afterValue = !wordsBeforeRegex.has(name);
  scan.offset += Math.max(1, name.length);
}

/** A string that is not closed ends with its line, so that one stray apostrophe costs one line. */
function endOfString(text: string, start: number): number {
  const pattern = text[start] === '"' ? /(?:\\(?:\r\n|[^])|[^"\\\r\n])*"?/y : /(?:\\(?:\r\n|[^])|[^'\\\r\n])*'?/y;
  pattern.lastIndex = start + 1;
  pattern.exec(text);
  return Math.max(start + 1, pattern.lastIndex);
}

/** `undefined` when no regular expression ends on this line within 500 characters; the limit keeps the scan linear. */
function endOfRegex(text: string, start: number): number | undefined {
  const pattern = /^(?:\\[^\r\n]|\[(?:\\[^\r\n]|[^\]\\\r\n])*\]|[^/\\[\r\n])+\/\w*/;
  const match = pattern.exec(text.slice(start + 1, start + 500));
  return match === null ? undefined : start + 1 + match[0].length;
}

function endOfLine(text: string, start: number): number {
  const pattern = /[\r\n]/g;
  pattern.lastIndex = start;
  return pattern.exec(text)?.index ?? text.length;
}

function endAfter(text: string, mark: string, start: number): number {
  const at = text.indexOf(mark, start);
  return at < 0 ? text.length : at + mark.length;
}
