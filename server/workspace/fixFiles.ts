import type { ProjectAnalysis } from '#analysis/analyze.ts';
import { compareFindings, type FilePath, type Problem } from '#analysis/finding.ts';
import { applyEdits, safeEdits } from '#analysis/safeEdits.ts';
import { groupBy } from '#analysis/groupBy.ts';
import type { JudgeRequest } from './judgeFiles.ts';
import { judgeSafely, type SafeJudgement } from './judgeSafely.ts';
import { writeAtomically } from './writeAtomically.ts';

export interface FixedJudgement extends SafeJudgement {
  readonly fixedFiles: readonly FilePath[];
  readonly unfixedFiles: readonly FilePath[];
}

/** A fix may make room for another that touched it; fixes that never end stop here. */
const maxRounds = 10;

/** Judges files, writes their safe fixes to disk and judges the rewritten files again, until no safe fix is left. */
export async function fixFiles(analysis: ProjectAnalysis, request: JudgeRequest): Promise<FixedJudgement> {
  const fixed = new Set<FilePath>();
  const refused = new Map<FilePath, string>();
  let judgement = judgeSafely(analysis, request);
  for (let round = 0; round < maxRounds; round++) {
    const rewritten = await rewriteFiles(analysis, judgement, refused);
    if (rewritten.length === 0) break;
    for (const file of rewritten) fixed.add(file);
    analysis.update(rewritten.map((file) => ({ file, text: undefined })));
    judgement = judgeAgain(analysis, request, judgement, new Set(rewritten));
  }
  const problems = [...refused].map(([file, reason]): Problem => ({
    file,
    kind: 'note',
    message: `was not fixed: it ${reason}`,
  }));
  return {
    ...judgement,
    problems: [...judgement.problems, ...problems],
    fixedFiles: [...fixed],
    unfixedFiles: [...refused.keys()],
  };
}

/** Returns the files that now hold another text. */
async function rewriteFiles(
  analysis: ProjectAnalysis,
  judgement: SafeJudgement,
  refused: Map<FilePath, string>,
): Promise<readonly FilePath[]> {
  const rewritten: FilePath[] = [];
  for (const [file, findings] of groupBy(judgement.findings, ({ finding }) => finding.file)) {
    const edits = refused.has(file) ? [] : safeEdits(findings.flatMap(({ fixes }) => fixes));
    const oldText = edits.length === 0 ? undefined : analysis.textOf(file);
    if (oldText === undefined) continue;
    const refusal = await writeAtomically({ file, oldText, newText: applyEdits(oldText, edits) });
    if (refusal === undefined) rewritten.push(file);
    else refused.set(file, refusal);
  }
  return rewritten;
}

/** Only the rewritten files: what a safe fix preserves, other files cannot see. */
function judgeAgain(
  analysis: ProjectAnalysis,
  request: JudgeRequest,
  last: SafeJudgement,
  changed: ReadonlySet<FilePath>,
): SafeJudgement {
  const again = judgeSafely(analysis, {
    ...request,
    files: new Map([...request.files].filter(([file]) => changed.has(file))),
  });
  return {
    findings: [...last.findings.filter(({ finding }) => !changed.has(finding.file)), ...again.findings].toSorted(
      (a, b) => compareFindings(a.finding, b.finding),
    ),
    problems: [...last.problems.filter(({ file }) => file === undefined || !changed.has(file)), ...again.problems],
    judged: last.judged,
    stacks: [...last.stacks, ...again.stacks],
  };
}
