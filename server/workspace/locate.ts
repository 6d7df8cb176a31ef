import { createHash } from 'node:crypto';
import type { Finding, FilePath } from '#analysis/finding.ts';
import type { Fix } from '#analysis/fixes.ts';
import type { LocatedFinding, LocatedFix, LocatedStep } from '#analysis/report.ts';
import { lineAt, lineStart, lineText, spanOf, textLines, type TextLines } from '#analysis/textLines.ts';
import { relativePath } from './paths.ts';

/** A finding with its fixes written out. */
export interface FixableFinding {
  readonly finding: Finding;
  readonly fixes: readonly Fix[];
}

export interface LocateOptions {
  /** Text of any file that a finding names; `undefined` when it cannot be had. */
  textOf(file: FilePath): string | undefined;
  /** Where the repository of a judged file starts: fingerprints hold paths from there, so that they are the same on every machine. */
  rootOf(file: FilePath): FilePath;
}

/** Turns offsets into lines and columns. All findings of a file must come at once: equal ones are told apart by their order. */
export function locate(findings: readonly FixableFinding[], options: LocateOptions): readonly LocatedFinding[] {
  const known = new Map<FilePath, TextLines>();
  const linesOf = (file: FilePath): TextLines => {
    const lines = known.get(file) ?? textLines(options.textOf(file) ?? '');
    known.set(file, lines);
    return lines;
  };
  const seen = new Map<string, number>();
  return findings.map(({ finding, fixes }) => {
    const lines = linesOf(finding.file);
    const key = JSON.stringify([
      finding.ruleId,
      relativePath(options.rootOf(finding.file), finding.file),
      statementText(finding, lines),
    ]);
    const ordinal = seen.get(key) ?? 0;
    seen.set(key, ordinal + 1);
    return locateOne({ finding, fixes }, linesOf, fingerprint(key, ordinal));
  });
}

type LinesOf = (file: FilePath) => TextLines;

function locateOne({ finding, fixes }: FixableFinding, linesOf: LinesOf, fingerprintOf: string): LocatedFinding {
  const { ruleId, severity, confidence, message, hint, file, range } = finding;
  const lines = linesOf(file);
  return {
    ruleId,
    severity,
    confidence,
    message,
    hint,
    file,
    ...spanOf(lines, range),
    path: finding.path.map((step): LocatedStep => ({
      file: step.file,
      ...spanOf(linesOf(step.file), step.range),
      label: step.label,
    })),
    fixes: fixes.map((fix) => locateFix(fix, lines)),
    fingerprint: fingerprintOf,
    sourceLine: lineText(lines, lineAt(lines, range.start)).slice(0, 500),
    ...(finding.evidence === undefined ? {} : { evidence: finding.evidence }),
  };
}

function locateFix({ title, kind, edits }: Fix, lines: TextLines): LocatedFix {
  return { title, kind, edits: edits.map(({ range, newText }) => ({ ...spanOf(lines, range), newText })) };
}

/** The lines that the finding touches without any blanks: stays the same when lines move or are indented anew. */
function statementText({ range }: Finding, lines: TextLines): string {
  const start = lineStart(lines, lineAt(lines, range.start));
  const end = lineStart(lines, lineAt(lines, range.end) + 1);
  return lines.text.slice(start, Math.min(end, start + 2000)).replace(/\s+/g, '');
}

function fingerprint(key: string, ordinal: number): string {
  return createHash('sha256').update(`${key}\n${ordinal}`).digest('hex').slice(0, 32);
}
