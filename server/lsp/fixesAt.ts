import type { Fix } from '#analysis/fixes.ts';
import { suppressionEdit } from '#analysis/suppressionEdit.ts';
import { unusedSuppressionRule } from '#analysis/rulePage.ts';
import type { TextLines } from '#analysis/textLines.ts';
import type { FixableFinding } from '#workspace/locate.ts';
import type { Range } from 'vscode-languageserver';
import { toDiagnostic, toOffset, toRange } from './diagnostics.ts';
import type { OfferedFix } from './jobs.ts';
import type { Judging } from './openProgram.ts';

/** What to offer at a place: the fixes of each finding that touches it, best first, and its suppression. */
export function fixesAt(judging: Judging, at: Range): readonly OfferedFix[] {
  const { program, file } = judging;
  const lines = program.linesOf(file);
  if (lines === undefined) return [];
  const [start, end] = [toOffset(lines, at.start), toOffset(lines, at.end)];
  const touched = program
    .judge(judging, 'local')
    .entries.filter(({ finding: { range } }) => range.start <= end && range.end >= start);
  return touched.flatMap((entry) => offersFor(entry, judging, lines));
}

function offersFor(entry: FixableFinding, { program, file }: Judging, lines: TextLines): readonly OfferedFix[] {
  const { finding, fixes } = entry;
  const diagnostic = toDiagnostic(finding, (each) => program.linesOf(each));
  const offer = ({ title, kind, edits }: Fix | SuppressionFix): OfferedFix => {
    const written = edits.map(({ range, newText }) => ({ range: toRange(lines, range), newText }));
    return { title, kind, diagnostic, edits: written };
  };
  const written = finding.fixes.flatMap((intent) => program.writeFix(file, intent) ?? []);
  return [...fixes, ...written, ...suppression(entry, lines)].map(offer);
}

interface SuppressionFix extends Omit<Fix, 'kind'> {
  readonly kind: 'suppression';
}

function suppression({ finding: { ruleId, range } }: FixableFinding, { text }: TextLines): readonly SuppressionFix[] {
  if (ruleId === unusedSuppressionRule.id) return [];
  return [{ title: `Suppress ${ruleId} here`, kind: 'suppression', edits: [suppressionEdit(text, range, ruleId)] }];
}
