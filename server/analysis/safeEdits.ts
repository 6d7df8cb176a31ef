import type { Fix, TextEdit } from './fixes.ts';

/**
 * Edits of the safe fixes of one text, without those that touch edits of an earlier fix: these get their turn on the new text.
 * Sorted by place.
 */
export function safeEdits(fixes: readonly Fix[]): readonly TextEdit[] {
  const chosen: TextEdit[] = [];
  for (const fix of fixes) {
    if (fix.kind !== 'safe') continue;
    const isFree = fix.edits.every((edit) => !chosen.some((other) => touches(edit, other)));
    if (isFree) chosen.push(...fix.edits);
  }
  return chosen.toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
}

/** @param edits sorted, without overlaps */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  return edits.reduceRight(
    (result, { range, newText }) => result.slice(0, range.start) + newText + result.slice(range.end),
    text,
  );
}

function touches(a: TextEdit, b: TextEdit): boolean {
  return a.range.start <= b.range.end && b.range.start <= a.range.end;
}
