import { costOf } from '#analysis/evidence/costOf.ts';
import { ageText, formatMs } from '#analysis/evidence/describeEvidence.ts';
import type { EvidenceState, FindingEvidence } from '#analysis/evidence/findingEvidence.ts';
import type { LocatedFinding, Report, ReportedRun } from '#analysis/report.ts';
import { visibleText } from './visibleText.ts';

/** States from what matters most to what tells least. */
const states: readonly EvidenceState[] = ['confirmed', 'observed', 'ran', 'not-run', 'stale', 'unknown'];

const names: Readonly<Record<EvidenceState, string>> = {
  confirmed: 'confirmed',
  observed: 'observed',
  ran: 'ran',
  'not-run': 'not run',
  stale: 'stale',
  unknown: 'unknown',
};

/** `confirmed 2 hours ago: blocked the loop 412 ms at most, 3 times (p50 96 ms)`; the age is that of the run, where it matters. */
export function evidenceLine(evidence: FindingEvidence, report: Report): string {
  const run = report.evidence?.runs[evidence.run];
  const isSeen = evidence.state === 'confirmed' || evidence.state === 'observed' || evidence.state === 'ran';
  const when = run === undefined || !isSeen ? '' : ` ${ageText(run.ageMs)} ago`;
  return `${names[evidence.state]}${when}: ${visibleText(evidence.detail)}`;
}

/** What the findings rest on, as lines; empty when no evidence was asked for. */
export function evidenceSummary(report: Report): readonly string[] {
  const runs = report.evidence?.runs ?? [];
  const [newest] = runs;
  if (newest === undefined) return [];
  const limits = [...new Set(runs.flatMap((run) => run.limits))];
  const worst = worstLine(report.findings);
  return [
    `Evidence of ${runsText(runs, newest)}: ${countsText(report.findings)}`,
    ...limits.map((limit) => `Not recorded: ${visibleText(limit)}`),
    ...(worst === undefined ? [] : [worst]),
  ];
}

function runsText(runs: readonly ReportedRun[], { command, ageMs, durationMs }: ReportedRun): string {
  const newest = `\`${visibleText(command)}\`, ${ageText(ageMs)} old, ${formatMs(durationMs)} long`;
  return runs.length === 1 ? newest : `${runs.length} runs, the newest ${newest}`;
}

function countsText(findings: readonly LocatedFinding[]): string {
  const counts = states.flatMap((state) => {
    const count = findings.filter(({ evidence }) => evidence?.state === state).length;
    return count === 0 ? [] : `${count} ${names[state]}`;
  });
  return counts.length === 0 ? 'nothing to confirm' : counts.join(', ');
}

function worstLine(findings: readonly LocatedFinding[]): string | undefined {
  const [worst] = findings.toSorted((a, b) => costOf(b).ms - costOf(a).ms);
  if (worst?.evidence === undefined || costOf(worst).ms <= 0) return undefined;
  const { file, start, evidence } = worst;
  return `Worst: ${visibleText(`${file}:${start.line}:${start.column}`)} stopped the loop for ${formatMs(evidence.durationMs?.max ?? 0)}`;
}
