/**
 * Comments that switch rules off at one place, in line or block comments but never in strings:
 * `rubato-ignore-next-line floating-promise, blocking-call -- why this is right`, `rubato-ignore-line <rules>`, and
 * `rubato-ignore-file <rules>`. Pure: a text goes in, what it suppresses comes out.
 */
import { textPieces, type TextPiece } from './comments.ts';
import { suggestion } from './didYouMean.ts';
import type { Finding, Range } from './finding.ts';
import { lineAt, lineStart, lineText, textLines, type TextLines } from './textLines.ts';

export type SuppressionKind = (typeof kinds)[number];

const kinds = ['next-line', 'line', 'file'] as const;
const mark = 'rubato-ignore';

/** A rule id as written in a suppression. */
export interface SuppressedRule extends Range {
  readonly id: string;
}

/** One suppression comment that can be understood. */
export interface Suppression extends Range {
  readonly kind: SuppressionKind;
  /** Known rules, never empty. */
  readonly rules: readonly SuppressedRule[];
  /** It also names rules that do not exist. */
  readonly hasMistake: boolean;
  /** 0-based line whose findings it suppresses; `undefined` for the whole file. */
  readonly line: number | undefined;
}

/** A comment that looks like a suppression and is none. */
export interface SuppressionMistake extends Range {
  readonly message: string;
}

export interface Suppressions {
  /** In source order. */
  readonly suppressions: readonly Suppression[];
  readonly mistakes: readonly SuppressionMistake[];
}

/** Reads all suppressions of a text. Costs one search when there are none. `knownRules` finds misspelled ids. */
export function readSuppressions(text: string, knownRules: readonly string[]): Suppressions {
  if (!text.includes(mark)) return { suppressions: [], mistakes: [] };
  const comments = textPieces(text).filter(({ kind }) => kind.endsWith('comment'));
  const lines = textLines(text);
  const read = comments.flatMap((comment) => readComment(comment, { lines, comments, knownRules }));
  return {
    suppressions: read.flatMap(({ suppression }) => suppression ?? []),
    mistakes: read.flatMap(({ mistakes }) => mistakes),
  };
}

/** Whether a suppression covers the place where a finding starts. */
export function covers(suppression: Suppression, finding: Finding, lines: TextLines): boolean {
  const isPlace = suppression.line === undefined || suppression.line === lineAt(lines, finding.range.start);
  return isPlace && suppression.rules.some(({ id }) => id === finding.ruleId);
}

interface ReadComment {
  readonly suppression?: Suppression;
  readonly mistakes: readonly SuppressionMistake[];
}

interface CommentContext {
  readonly lines: TextLines;
  readonly comments: readonly TextPiece[];
  readonly knownRules: readonly string[];
}

/** Empty for an ordinary comment. */
function readComment(comment: TextPiece, ctx: CommentContext): readonly ReadComment[] {
  const body = ctx.lines.text.slice(comment.start, comment.end).replace(/\*\/$/, '');
  const match = /^\/[/*]+\s*(rubato-ignore[\w-]*):?/.exec(body);
  if (match === null) return [];
  const [head, directive = ''] = match;
  const at = { start: comment.start, end: comment.end };
  const kind = kinds.find((each) => directive === `${mark}-${each}`);
  if (kind === undefined) return [mistaken(at, unknownDirective(directive))];
  const written = ruleNames(body, head.length, comment.start);
  if (written.length === 0)
    return [mistaken(at, `${directive} names no rule; write the ids of the rules it suppresses behind it`)];
  const mistakes = written
    .filter(({ id }) => !ctx.knownRules.includes(id))
    .map((rule) => unknownRule(rule, ctx.knownRules));
  const rules = written.filter(({ id }) => ctx.knownRules.includes(id));
  if (rules.length === 0) return [{ mistakes }];
  const suppression = { ...at, kind, rules, hasMistake: mistakes.length > 0, line: suppressedLine(kind, comment, ctx) };
  return [{ suppression, mistakes }];
}

function mistaken(at: Range, message: string): ReadComment {
  return { mistakes: [{ ...at, message }] };
}

function unknownDirective(directive: string): string {
  const known = kinds.map((kind) => `${mark}-${kind}`);
  return `${directive} is no suppression; there are ${known.join(', ')}${suggestion(directive, known)}`;
}

function unknownRule({ id, start, end }: SuppressedRule, knownRules: readonly string[]): SuppressionMistake {
  return { start, end, message: `Suppression of the unknown rule "${id}"${suggestion(id, knownRules)}` };
}

/** Ids up to `--` or the end of the comment's first line. */
function ruleNames(body: string, from: number, offset: number): readonly SuppressedRule[] {
  const list = /^[^\r\n]*?(?=\s--(?:\s|$)|\r|\n|$)/.exec(body.slice(from))?.[0] ?? '';
  return Array.from(list.matchAll(/[^\s,]+/g), ({ 0: id, index }) => {
    const start = offset + from + index;
    return { id, start, end: start + id.length };
  });
}

function suppressedLine(kind: SuppressionKind, comment: TextPiece, ctx: CommentContext): number | undefined {
  if (kind === 'file') return undefined;
  if (kind === 'line') return lineAt(ctx.lines, comment.start);
  let line = lineAt(ctx.lines, comment.end) + 1;
  while (line < ctx.lines.starts.length - 1 && isWithoutCode(line, ctx)) line++;
  return line;
}

/** Blank, or only comments: so that several suppressions, or one and an explanation, can stand above a line. */
function isWithoutCode(line: number, { lines, comments }: CommentContext): boolean {
  const [start, end] = [lineStart(lines, line), lineStart(lines, line + 1)];
  const touching = comments.filter((comment) => comment.start < end && comment.end > start);
  const rest = touching.reduceRight(
    (text, comment) => text.slice(0, Math.max(0, comment.start - start)) + text.slice(Math.max(0, comment.end - start)),
    lineText(lines, line),
  );
  return /^[\s{}]*$/.test(rest) && (touching.length > 0 || rest.trim() === '');
}
