import { compareFindings, type Finding, type FilePath, type Range } from './finding.ts';
import type { Fix, TextEdit } from './fixes.ts';
import { covers, type SuppressedRule, type Suppression } from './suppressions.ts';
import { lineAt, lineStart, lineText, textLines, type TextLines } from './textLines.ts';

/** Id under which unused suppressions are reported. No rule of the registry: configuration may name it, suppressions may not. */
export const unusedSuppression = 'unused-suppression';

/** A file with its findings and its suppressions. */
export interface SuppressionInput {
  readonly file: FilePath;
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly suppressions: readonly Suppression[];
  /** Rules that judged the file: of the others nobody can say whether a suppression is of use. */
  readonly judgedBy: ReadonlySet<string>;
}

export interface UnusedSuppression {
  readonly finding: Finding;
  /** Removes what is unused. */
  readonly fix: Fix;
}

export interface SuppressionOutcome {
  /** Findings that no suppression covers, in the order of the input. */
  readonly findings: readonly Finding[];
  /** Sorted by place. */
  readonly unused: readonly UnusedSuppression[];
}

/** Takes away what is suppressed, and says which suppressions take nothing away. */
export function suppress(input: SuppressionInput): SuppressionOutcome {
  if (input.suppressions.length === 0) return { findings: input.findings, unused: [] };
  const lines = textLines(input.text);
  const isCovered = (finding: Finding) => input.suppressions.some((suppression) => covers(suppression, finding, lines));
  const unused = input.suppressions.flatMap((suppression) => {
    const rules = unusedRules(suppression, input, lines);
    return rules.length === 0 ? [] : [describeUnused(suppression, rules, { file: input.file, lines })];
  });
  return {
    findings: input.findings.filter((finding) => !isCovered(finding)),
    unused: unused.toSorted((a, b) => compareFindings(a.finding, b.finding)),
  };
}

function unusedRules(suppression: Suppression, input: SuppressionInput, lines: TextLines): readonly SuppressedRule[] {
  return suppression.rules.filter((rule) => {
    const alone = { ...suppression, rules: [rule] };
    return input.judgedBy.has(rule.id) && !input.findings.some((finding) => covers(alone, finding, lines));
  });
}

interface Source {
  readonly file: FilePath;
  readonly lines: TextLines;
}

const places = { 'next-line': 'the next line', line: 'this line', file: 'this file' } as const;

function describeUnused(
  suppression: Suppression,
  rules: readonly SuppressedRule[],
  { file, lines }: Source,
): UnusedSuppression {
  const isWhole = rules.length === suppression.rules.length && !suppression.hasMistake;
  const names = rules.map(({ id }) => `\`${id}\``).join(', ');
  const finding: Finding = {
    ruleId: unusedSuppression,
    severity: 'warning',
    confidence: 'certain',
    file,
    range: { start: suppression.start, end: suppression.end },
    message: `Nothing to suppress: ${names} ${rules.length === 1 ? 'has' : 'have'} no finding on ${places[suppression.kind]}`,
    hint: 'Remove the suppression.',
    path: [],
    fixes: [],
  };
  const edits = isWhole ? [removeComment(suppression, lines)] : rules.map((rule) => removeRule(rule, lines.text));
  return {
    finding,
    fix: { title: isWhole ? 'Remove the unused suppression' : `Remove ${names}`, kind: 'safe', edits },
  };
}

/** The whole line when nothing else stands on it, else the comment and the blanks before it; JSX braces around it go too. */
function removeComment({ start, end }: Range, lines: TextLines): TextEdit {
  const { text } = lines;
  const isInBraces = text[start - 1] === '{' && text[end] === '}';
  const range = isInBraces ? { start: start - 1, end: end + 1 } : { start, end };
  const line = lineAt(lines, range.start);
  const isAlone =
    lineAt(lines, range.end) === line && lineText(lines, line).trim() === text.slice(range.start, range.end).trim();
  if (isAlone) return { range: { start: lineStart(lines, line), end: lineStart(lines, line + 1) }, newText: '' };
  const blanks = /[ \t]*$/.exec(text.slice(lineStart(lines, line), range.start))?.[0].length ?? 0;
  return { range: { start: range.start - blanks, end: range.end }, newText: '' };
}

/** One id of a list with the separator behind it, or before it at the end of the list. */
function removeRule({ start, end }: Range, text: string): TextEdit {
  const after = /^\s*,\s*/.exec(text.slice(end))?.[0].length ?? 0;
  if (after > 0) return { range: { start, end: end + after }, newText: '' };
  const before = /[\s,]*$/.exec(text.slice(Math.max(0, start - 200), start))?.[0].length ?? 0;
  return { range: { start: start - before, end }, newText: '' };
}
