import { describeBriefly } from '#analysis/evidence/describeEvidence.ts';
import type { FindingEvidence } from '#analysis/evidence/findingEvidence.ts';
import type { Finding, FilePath, PathStep, Range as OffsetRange, Severity } from '#analysis/finding.ts';
import { ruleUrl } from '#analysis/rulePage.ts';
import { lineAt, lineStart, type TextLines } from '#analysis/textLines.ts';
import type {
  Diagnostic,
  DiagnosticRelatedInformation,
  DiagnosticSeverity,
  Position,
  Range,
} from 'vscode-languageserver';
import { uriOfPath } from './fileUris.ts';
import { oneLine } from './harmlessText.ts';

/** A finding as the protocol shows it. `linesOf` gives the current text of a file of the program. */
export function toDiagnostic(finding: Finding, linesOf: (file: FilePath) => TextLines | undefined): Diagnostic {
  const lines = linesOf(finding.file);
  return {
    range: lines === undefined ? nowhere : toRange(lines, finding.range),
    severity: severityOf(finding),
    source: 'rubato',
    code: finding.ruleId,
    codeDescription: { href: ruleUrl(finding.ruleId) },
    message: `${messageOf(finding)}\n${finding.hint}`,
    relatedInformation: finding.path.flatMap((step, index) => toRelated(seenAt(step, index, finding), linesOf)),
    data: { fixes: finding.fixes },
  };
}

/**
 * With what a run showed, where it says more than the code: the cost stands in the first line, the only one that the list of problems shows.
 * Never an age: a message is shown until the next check, and would go stale.
 */
function messageOf({ message, evidence }: Finding): string {
  if (evidence?.state === 'confirmed') return oneLine(`${message} — confirmed: ${briefly(evidence)}`);
  if (evidence?.state === 'observed') return oneLine(`${message} — seen in a run`);
  return message;
}

function briefly({ kind, count = 1, detail, ...more }: FindingEvidence): string {
  return kind === undefined ? detail : describeBriefly({ kind, count, ...more });
}

/** What only a run shows is news, not a mistake that the code is known to have. */
function severityOf({ severity, evidence }: Finding): DiagnosticSeverity {
  return evidence?.state === 'observed' && severity !== 'hint' ? information : severities[severity];
}

/** The step at which a run saw the trouble says so. */
function seenAt(step: PathStep, index: number, { evidence }: Finding): PathStep {
  if (evidence?.state !== 'confirmed' || evidence.step !== index) return step;
  return { ...step, label: oneLine(`${step.label} — seen here: ${briefly(evidence)}`) };
}

/** LSP range of offsets in a text. */
export function toRange(lines: TextLines, { start, end }: OffsetRange): Range {
  return { start: toPosition(lines, start), end: toPosition(lines, end) };
}

/** Offset of an LSP position; positions beyond a line or the text count as its end. */
export function toOffset(lines: TextLines, { line, character }: Position): number {
  const start = lineStart(lines, Math.max(0, line));
  return Math.max(start, Math.min(start + character, lineStart(lines, Math.max(0, line) + 1)));
}

const information = 3;

/** A hint is drawn as three dots and stays out of the Problems panel. */
const severities: Readonly<Record<Severity, DiagnosticSeverity>> = { error: 1, warning: 2, hint: 4 };

const nowhere: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function toPosition(lines: TextLines, offset: number): Position {
  const line = lineAt(lines, offset);
  return { line, character: offset - lineStart(lines, line) };
}

function toRelated(
  { file, range, label }: PathStep,
  linesOf: (file: FilePath) => TextLines | undefined,
): DiagnosticRelatedInformation[] {
  const lines = linesOf(file);
  return lines === undefined
    ? []
    : [{ location: { uri: uriOfPath(file), range: toRange(lines, range) }, message: label }];
}
