import type { EvidenceState } from '#analysis/evidence/findingEvidence.ts';
import type { FilePath, Finding } from '#analysis/finding.ts';
import type { RunFinding } from '#protocol/lsp.ts';
import { relativePath } from '#workspace/paths.ts';
import { toRange } from './diagnostics.ts';
import { oneLine } from './harmlessText.ts';
import type { Judging } from './openProgram.ts';

/** What a panel shows of a file that took part in a run. */
export function runFindings(judging: Judging, root: FilePath): readonly RunFinding[] {
  const { program, file } = judging;
  const lines = program.linesOf(file);
  if (lines === undefined) return [];
  return program.judge(judging, 'program').entries.map(({ finding }) => {
    const { line, character } = toRange(lines, finding.range).start;
    const at = { file: relativePath(root, file), line: line + 1, column: character + 1, isInside: true } as const;
    return { ...described(finding), at };
  });
}

function described({ ruleId, severity, message, evidence }: Finding): Omit<RunFinding, 'at'> {
  return {
    ruleId,
    severity,
    message: oneLine(message),
    verdict: evidence === undefined ? 'none' : verdicts[evidence.state],
    evidence: evidence === undefined ? '' : oneLine(evidence.detail),
  };
}

const verdicts: Readonly<Record<EvidenceState, RunFinding['verdict']>> = {
  confirmed: 'confirmed',
  // Only the run knows of it.
  observed: 'confirmed',
  ran: 'not-observed',
  'not-run': 'not-observed',
  stale: 'stale',
  unknown: 'none',
};
