import type { LocatedFinding, LocatedProblem, Report, ReportedRun, Span } from '#analysis/report.ts';
import { evidenceJson } from './evidenceJson.ts';

/** For programs: one JSON object, indented, version 1. Fields are added within a version, never changed or removed. */
export function json(report: Report): string {
  const content = {
    version: 1,
    ...(report.isComplete ? {} : { incomplete: true }),
    ...(report.evidence === undefined ? {} : { evidence: { runs: report.evidence.runs.map(runJson) } }),
    findings: report.findings.map(findingJson),
    problems: report.problems.map(problemJson),
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

function findingJson(finding: LocatedFinding): object {
  return {
    ruleId: finding.ruleId,
    severity: finding.severity,
    confidence: finding.confidence,
    message: finding.message,
    hint: finding.hint,
    file: finding.file,
    range: rangeJson(finding),
    path: finding.path.map(({ file, start, label }) => ({ file, ...start, label })),
    fixes: finding.fixes.map(({ title, kind, edits }) => ({
      title,
      kind,
      edits: edits.map((edit) => ({ range: rangeJson(edit), newText: edit.newText })),
    })),
    fingerprint: finding.fingerprint,
    ...(finding.evidence === undefined ? {} : { evidence: evidenceJson(finding.evidence) }),
  };
}

function runJson({ command, durationMs, ageMs, limits }: ReportedRun): object {
  return { command, durationMs, ageMs, limits };
}

function rangeJson({ start, end }: Span): object {
  return { start, end };
}

function problemJson({ file, position, message, kind }: LocatedProblem): object {
  return { ...(file === undefined ? {} : { file }), ...position, message, kind };
}
