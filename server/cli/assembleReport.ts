import { costOf } from '#analysis/evidence/costOf.ts';
import { compareText, type FilePath } from '#analysis/finding.ts';
import type { LocatedFinding, LocatedProblem, Location, Report, ReportedRun } from '#analysis/report.ts';
import type { EvidenceRun, LintPart } from '#workspace/lintRequest.ts';
import { relativePath } from '#workspace/paths.ts';

export interface AssembleOptions {
  /** Paths are made relative to it. */
  readonly folder: FilePath;
  readonly isComplete: boolean;
  /** Wall clock, ms since 1970: what the age of evidence is told by. */
  readonly now: number;
}

/** Parts of a run put together: sorted, each problem once, paths relative to a folder. */
export function assembleReport(parts: readonly LintPart[], { folder, isComplete, now }: AssembleOptions): Report {
  const runs = parts.flatMap((part) => part.runs);
  const problems = parts.flatMap((part) => part.problems.map((problem) => relativeProblem(problem, folder)));
  return {
    findings: parts
      .flatMap((part) => part.findings.map((finding) => relativeFinding(finding, folder)))
      .toSorted(runs.length === 0 ? compareFindings : compareByCost),
    problems: [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()].toSorted(
      compareProblems,
    ),
    fileCount: parts.reduce((sum, part) => sum + part.fileCount, 0),
    isComplete,
    ...(runs.length === 0 ? {} : { evidence: { runs: runs.map((run) => reportedRun(run, now)) } }),
  };
}

/** A clock that was set back since, or another machine's, makes no negative age. */
function reportedRun({ startedAt, durationMs, command, limits }: EvidenceRun, now: number): ReportedRun {
  return { command, durationMs, ageMs: Math.max(0, now - startedAt - durationMs), limits };
}

function relativeFinding(finding: LocatedFinding, folder: FilePath): LocatedFinding {
  return { ...relativeLocation(finding, folder), path: finding.path.map((step) => relativeLocation(step, folder)) };
}

function relativeLocation<Place extends Location>(place: Place, folder: FilePath): Place {
  return { ...place, file: relativePath(folder, place.file) };
}

function relativeProblem(problem: LocatedProblem, folder: FilePath): LocatedProblem {
  return { ...problem, file: problem.file === undefined ? undefined : relativePath(folder, problem.file) };
}

/** What a run showed first: by the time it cost the loop, then by how often; the rest by place. */
function compareByCost(a: LocatedFinding, b: LocatedFinding): number {
  const [costA, costB] = [costOf(a), costOf(b)];
  return costB.ms - costA.ms || costB.count - costA.count || compareFindings(a, b);
}

function compareFindings(a: LocatedFinding, b: LocatedFinding): number {
  return (
    compareText(a.file, b.file) ||
    a.start.line - b.start.line ||
    a.start.column - b.start.column ||
    a.end.line - b.end.line ||
    a.end.column - b.end.column ||
    compareText(a.ruleId, b.ruleId) ||
    compareText(a.message, b.message)
  );
}

/** Those about the whole run come last. */
function compareProblems(a: LocatedProblem, b: LocatedProblem): number {
  if (a.file === undefined || b.file === undefined)
    return Number(a.file === undefined) - Number(b.file === undefined) || compareText(a.message, b.message);
  return (
    compareText(a.file, b.file) ||
    (a.position?.line ?? 0) - (b.position?.line ?? 0) ||
    compareText(a.message, b.message)
  );
}
