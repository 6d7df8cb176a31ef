import { many, matchesWild, type Wild } from './wildcard.ts';

/** What a list of patterns says of a path: its last matching pattern decides; `kept` is a match of a pattern with `!`. */
export type Verdict = 'matched' | 'kept' | undefined;

/** Patterns as in .gitignore, compiled. Paths are relative to the folder of the list, with forward slashes. */
export interface PathPatterns {
  /** Judges the path alone, not the folders above it. */
  verdict(path: string, kind: 'file' | 'folder'): Verdict;
}

export interface PatternOptions {
  /** `{a,b}` lists alternatives. Git knows none. */
  readonly withBraces: boolean;
}

interface Pattern {
  readonly isNegated: boolean;
  readonly isFolderOnly: boolean;
  /** Longest part of the pattern without wildcards: a path without it cannot match, and most paths end here. */
  readonly needle: string;
  matches(segments: readonly string[]): boolean;
}

/**
 * Compiles lines of a .gitignore file (https://git-scm.com/docs/gitignore#_pattern_format): comments, `!`, a slash at the end for
 * folders, a slash elsewhere for paths from the folder of the list, `*`, `?`, `[a-z]`, `**` and backslash escapes.
 */
export function pathPatterns(lines: readonly string[], options: PatternOptions = { withBraces: false }): PathPatterns {
  const patterns = lines.flatMap((line) => compileLine(line, options)).toReversed();
  return {
    verdict(path, kind) {
      const segments = path.split('/');
      const found = patterns.find(
        (each) => (kind === 'folder' || !each.isFolderOnly) && path.includes(each.needle) && each.matches(segments),
      );
      return found === undefined ? undefined : found.isNegated ? 'kept' : 'matched';
    },
  };
}

/** Whether the patterns match a path or a folder above it; inside a matched folder nothing is kept. */
export function matchesWithin(patterns: PathPatterns, path: string): boolean {
  const segments = path.split('/');
  return segments.some((_, index) => {
    const isLast = index === segments.length - 1;
    return patterns.verdict(segments.slice(0, index + 1).join('/'), isLast ? 'file' : 'folder') === 'matched';
  });
}

function compileLine(line: string, { withBraces }: PatternOptions): readonly Pattern[] {
  const text = line.replace(/\r$/, '').replace(/(?<!\\) +$/, '');
  if (text === '' || text.startsWith('#')) return [];
  const isNegated = text.startsWith('!');
  const body = isNegated ? text.slice(1) : text;
  return (withBraces ? expandBraces(body) : [body]).flatMap((each) => compilePattern(each, isNegated) ?? []);
}

function compilePattern(body: string, isNegated: boolean): Pattern | undefined {
  const isFolderOnly = body.endsWith('/');
  const path = isFolderOnly ? body.slice(0, -1) : body;
  if (path === '') return undefined;
  const isAnchored = path.includes('/');
  const segments = path.replace(/^\//, '').split('/');
  const wilds = (isAnchored ? segments : ['**', ...segments]).flatMap(compileSegmentAt);
  return { isNegated, isFolderOnly, needle: longestLiteral(segments), matches: (input) => matchesWild(wilds, input) };
}

/** `**` at the end means everything inside, so at least one segment. */
function compileSegmentAt(segment: string, index: number, all: readonly string[]): readonly Wild<string>[] {
  if (segment !== '**') return [compileSegment(segment)];
  return index > 0 && index === all.length - 1 ? [() => true, many] : [many];
}

function compileSegment(segment: string): (name: string) => boolean {
  if (!/[*?[\\]/.test(segment)) return (name) => name === segment;
  const wilds: Wild<string>[] = [];
  for (let at = 0; at < segment.length;) {
    const { wild, length } = compileCharacter(segment, at);
    wilds.push(wild);
    at += length;
  }
  return (name) => matchesWild(wilds, name);
}

interface Compiled {
  readonly wild: Wild<string>;
  readonly length: number;
}

function compileCharacter(segment: string, at: number): Compiled {
  const char = segment.charAt(at);
  if (char === '*') return { wild: many, length: 1 };
  if (char === '?') return { wild: () => true, length: 1 };
  if (char === '\\') return { wild: same(segment.charAt(at + 1)), length: 2 };
  return (char === '[' ? compileClass(segment, at) : undefined) ?? { wild: same(char), length: 1 };
}

function same(expected: string): (char: string) => boolean {
  return (char) => char === expected;
}

/** `[abc]`, `[a-z]`, `[!a]`, `[^a]`; `undefined` when no bracket ends it, which makes the bracket a plain character. */
function compileClass(segment: string, at: number): Compiled | undefined {
  const match = /^\[([!^]?)(\]?(?:\\.|[^\]\\])*)\]/.exec(segment.slice(at));
  if (match === null) return undefined;
  const [whole, negation, body = ''] = match;
  const parts = Array.from(
    body.matchAll(/(\\?.)-(\\?.)|\\?./gs),
    ({ 0: single, 1: from = single, 2: to = single }) => ({
      from: from.slice(-1),
      to: to.slice(-1),
    }),
  );
  const isIn = (char: string) => parts.some(({ from, to }) => from <= char && char <= to);
  return { wild: negation === '' ? isIn : (char) => !isIn(char), length: whole.length };
}

function longestLiteral(segments: readonly string[]): string {
  const literals = segments.flatMap((segment) => (/[\\[]/.test(segment) ? [] : segment.split(/[*?]+/)));
  return literals.reduce((longest, each) => (each.length > longest.length ? each : longest), '');
}

/** All alternatives of `{a,b}`, nested ones too. Beyond 256 alternatives the braces are read as plain characters. */
function expandBraces(pattern: string): readonly string[] {
  let open = [pattern];
  for (;;) {
    const expanded = open.flatMap(expandInnermost);
    if (expanded.length === open.length || expanded.length > 256) return open;
    open = expanded;
  }
}

function expandInnermost(pattern: string): readonly string[] {
  const match = /^(.*)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(pattern);
  if (match === null) return [pattern];
  const [, before = '', inside = '', after = ''] = match;
  return inside.split(',').map((each) => before + each + after);
}
