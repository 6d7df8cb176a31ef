import type { EvidenceState } from '#analysis/evidence/findingEvidence.ts';
import type { Severity } from '#analysis/finding.ts';
import type { LocatedFinding, LocatedProblem, LocatedStep, Report } from '#analysis/report.ts';
import { plural, summarize } from './counts.ts';
import { evidenceLine, evidenceSummary } from './evidenceText.ts';
import { visibleText } from './visibleText.ts';

/** How text is made to stand out; the identity where there are no colors. */
export type Style = (look: Look, text: string) => string;
export type Look = 'red' | 'yellow' | 'cyan' | 'green' | 'dim' | 'bold' | 'underline';

export interface StylishOptions {
  readonly style: Style;
  /** Shows the source line with the place marked. */
  readonly withCode: boolean;
}

/**
 * For people: grouped by file, each finding with its code, the way to its cause and its repair; a summary at the end.
 * With evidence, the file with the worst finding comes first; inside a file, findings are read from top to bottom as the code is.
 */
export function stylish(report: Report, options: StylishOptions): string {
  const groups = [...byFile(report.findings)].map(([file, findings]) => [
    options.style('underline', heading(file)),
    ...findings.toSorted(compareStarts).flatMap((finding) => findingLines(finding, report, options)),
    '',
  ]);
  const notes = report.problems.map((problem) => problemLine(problem, options.style));
  const evidence = evidenceSummary(report);
  return [
    ...groups.flat(),
    ...notes,
    ...(notes.length > 0 ? [''] : []),
    ...evidence,
    summaryLine(report, options.style),
    '',
  ].join('\n');
}

function compareStarts({ start: a }: LocatedFinding, { start: b }: LocatedFinding): number {
  return a.line - b.line || a.column - b.column;
}

function byFile(findings: readonly LocatedFinding[]): ReadonlyMap<string, readonly LocatedFinding[]> {
  const groups = new Map<string, LocatedFinding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.file);
    if (group === undefined) groups.set(finding.file, [finding]);
    else group.push(finding);
  }
  return groups;
}

/** At the start of a line, `::` and `##[` are commands to the log of a GitHub workflow. */
function heading(file: string): string {
  return /^(?:::|##\[)/.test(file) ? `./${visibleText(file)}` : visibleText(file);
}

const looks: Readonly<Record<Severity, Look>> = { error: 'red', warning: 'yellow', hint: 'cyan' };

const evidenceLooks: Readonly<Record<EvidenceState, Look>> = {
  confirmed: 'bold',
  observed: 'bold',
  ran: 'dim',
  'not-run': 'dim',
  stale: 'dim',
  unknown: 'dim',
};

function findingLines(finding: LocatedFinding, report: Report, options: StylishOptions): readonly string[] {
  const { style, withCode } = options;
  const { evidence } = finding;
  const place = `${finding.start.line}:${finding.start.column}`.padEnd(8);
  const severity = style(looks[finding.severity], finding.severity.padEnd(7));
  const doubt = finding.confidence === 'certain' ? '' : style('dim', ` (${finding.confidence})`);
  return [
    `  ${style('dim', place)} ${severity}  ${visibleText(finding.message)}${doubt}  ${style('dim', finding.ruleId)}`,
    ...(evidence === undefined
      ? []
      : [`${indent}${style(evidenceLooks[evidence.state], evidenceLine(evidence, report))}`]),
    ...(withCode ? codeLines(finding, style) : []),
    ...finding.path.map((step, index) => stepLine(step, index, style)),
    `${indent}${style('green', visibleText(finding.hint))}`,
  ];
}

const indent = ' '.repeat(11);

/** The source line, cut to what fits, with carets below the place. */
function codeLines(finding: LocatedFinding, style: Style): readonly string[] {
  const { sourceLine, start, end } = finding;
  const lead = /^\s*/.exec(sourceLine)?.[0].length ?? 0;
  const from = start.column - 1 > 100 ? start.column - 41 : lead;
  const last = end.line === start.line ? end.column - 1 : sourceLine.length;
  const before = visibleText(sourceLine.slice(from, start.column - 1));
  const marked = visibleText(sourceLine.slice(start.column - 1, Math.min(last, from + 100)));
  const after = visibleText(sourceLine.slice(Math.min(last, from + 100), from + 100));
  const carets = '^'.repeat(Math.max(1, marked.length));
  return [
    `${indent}${style('dim', '│')} ${before}${marked}${after}`,
    `${indent}${style('dim', '│')} ${' '.repeat(before.length)}${style(looks[finding.severity], carets)}`,
  ];
}

function stepLine(step: LocatedStep, index: number, style: Style): string {
  const place = `${visibleText(step.file)}:${step.start.line}:${step.start.column}`;
  return `${indent}${'  '.repeat(Math.min(index, 8))}${style('dim', '→')} ${visibleText(step.label)}  ${style('dim', place)}`;
}

function problemLine({ file, position, message, kind }: LocatedProblem, style: Style): string {
  const place =
    file === undefined
      ? ''
      : `${visibleText(file)}${position === undefined ? '' : `:${position.line}:${position.column}`}: `;
  const mark = kind === 'internal' ? style('red', 'crash') : style('dim', 'note');
  return `${mark}  ${place}${visibleText(message)}`;
}

function summaryLine(report: Report, style: Style): string {
  const hasErrors = report.findings.some(({ severity }) => severity === 'error');
  const look = hasErrors ? 'red' : report.findings.length > 0 ? 'yellow' : 'green';
  const fixable = report.findings.filter(({ fixes }) => fixes.some(({ kind }) => kind === 'safe')).length;
  const offer = fixable === 0 ? '' : `; ${plural(fixable, 'finding')} can be repaired with --fix`;
  return style(look, summarize(report)) + offer;
}
