import { textPieces } from '#analysis/comments.ts';

/**
 * Deepest nesting of brackets that is judged. People stay below 50; compilers that call themselves for each level run out of stack
 * somewhere above 1,500, and take the whole program with them.
 */
const maxNesting = 1000;

/** Whether a text nests brackets deeper than a compiler may bear. Brackets in strings and comments do not count. */
export function isTooDeep(content: Buffer): boolean {
  if (depthOf(content) <= maxNesting) return false;
  const text = content.toString('utf8');
  const pieces = textPieces(text);
  // Between the pieces lies the code.
  const code = pieces.map((piece, index) => text.slice(pieces[index - 1]?.end ?? 0, piece.start));
  return depthOf(Buffer.from([...code, text.slice(pieces.at(-1)?.end ?? 0)].join(''))) > maxNesting;
}

function depthOf(content: Buffer): number {
  let [depth, deepest] = [0, 0];
  for (const byte of content) {
    if (byte === OPEN_PAREN || byte === OPEN_BRACKET || byte === OPEN_BRACE) deepest = Math.max(deepest, ++depth);
    else if (depth > 0 && (byte === CLOSE_PAREN || byte === CLOSE_BRACKET || byte === CLOSE_BRACE)) depth--;
  }
  return deepest;
}

const [OPEN_PAREN, CLOSE_PAREN, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = Buffer.from('()[]{}');
