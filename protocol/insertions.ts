/** Marks of what the hook inserts into a program's text, and the way back. For all who see the text that runs. */

/**
 * Every inserted piece of text lies between two of these comments, so that the original can be made from a function's
 * text (`Function.prototype.toString`) without knowing where it stands: `/*~r*\/…/*~r*\/`.
 */
export const insertionMark = '/*~r*/';

/**
 * Text without what the transform inserted. Takes a whole module or the text of one of its functions, as `Function.prototype.toString`
 * gives it: an arrow function may end inside its last inserted piece, which then has no closing mark. Text without marks comes back as it is.
 */
export function originalText(text: string): string {
  let mark = text.indexOf(insertionMark);
  if (mark < 0) return text;
  let kept = '';
  let from = 0;
  while (mark >= 0) {
    kept += text.slice(from, mark);
    const close = text.indexOf(insertionMark, mark + insertionMark.length);
    if (close < 0) return kept;
    from = close + insertionMark.length;
    mark = text.indexOf(insertionMark, from);
  }
  return kept + text.slice(from);
}
