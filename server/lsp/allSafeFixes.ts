import type { Fix, TextEdit as OffsetEdit } from '#analysis/fixes.ts';
import { applyEdits, safeEdits } from '#analysis/safeEdits.ts';
import type { FixableFinding } from '#workspace/locate.ts';
import type { TextEdit } from 'vscode-languageserver';
import { toRange } from './diagnostics.ts';
import type { Judging } from './openProgram.ts';

/** Fixes can uncover findings that have fixes; a circle of fixes that undo each other must end. */
const maxRounds = 10;

/**
 * Edits that apply all safe fixes of a file. Fixes that touch each other are applied one after the other, on texts that only
 * this function sees: afterwards the program has its text again.
 */
export function allSafeFixes(judging: Judging): readonly TextEdit[] {
  const { program, file } = judging;
  const original = program.linesOf(file);
  if (original === undefined) return [];
  const rounds: (readonly OffsetEdit[])[] = [];
  let text = original.text;
  try {
    while (rounds.length < maxRounds) {
      const edits = safeEdits(program.judge(judging, 'local').entries.flatMap((entry) => safeFix(entry, judging)));
      if (edits.length === 0) break;
      rounds.push(edits);
      text = applyEdits(text, edits);
      program.update([{ file, text }]);
    }
  } finally {
    if (rounds.length > 0) program.update([{ file, text: original.text }]);
  }
  const edits = rounds.length === 1 ? (rounds[0] ?? []) : difference(original.text, text);
  return edits.map(({ range, newText }) => ({ range: toRange(original, range), newText }));
}

/** The first safe fix of a finding, if it has one. */
function safeFix({ finding, fixes }: FixableFinding, { program, file }: Judging): readonly Fix[] {
  const written = [...fixes, ...finding.fixes.flatMap((intent) => program.writeFix(file, intent) ?? [])];
  return written.filter(({ kind }) => kind === 'safe').slice(0, 1);
}

/** One edit between the common beginning and end of two texts; nothing when they are equal. */
function difference(before: string, after: string): readonly OffsetEdit[] {
  if (before === after) return [];
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  return [{ range: { start, end: before.length - end }, newText: after.slice(start, after.length - end) }];
}
