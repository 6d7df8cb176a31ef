/** What lies between tokens. Offsets must be between tokens, which the syntax tree tells. */

/** First offset at or after `from` that is neither white space nor in a comment. */
export function skipTrivia(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (isSpace(code)) at++;
    else if (code !== SLASH) return at;
    else if (text.charCodeAt(at + 1) === SLASH) at = lineEnd(text, at);
    else if (text.charCodeAt(at + 1) === STAR) at = commentEnd(text, at);
    else return at;
  }
}

/** Offset of a punctuator that follows `from` after trivia and the characters that may stand before it. */
export function findAfter(text: string, from: number, mark: string, before = ''): number {
  let at = skipTrivia(text, from);
  while (at < text.length && !text.startsWith(mark, at)) {
    if (!before.includes(text.charAt(at))) throw new Error(`No ${mark} where the syntax tree promises one.`);
    at = skipTrivia(text, at + 1);
  }
  return at;
}

const SLASH = 47;
const STAR = 42;

function isSpace(code: number): boolean {
  if (code < 128) return code === 32 || (code >= 9 && code <= 13);
  return code === 0xa0 || code === 0xfeff || (code >= 0x1680 && /\s/.test(String.fromCharCode(code)));
}

function commentEnd(text: string, from: number): number {
  const close = text.indexOf('*/', from + 2);
  return close < 0 ? text.length : close + 2;
}

function lineEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isLineBreak(text.charCodeAt(at))) at++;
  return at;
}

function isLineBreak(code: number): boolean {
  return code === 10 || code === 13 || code === 0x2028 || code === 0x2029;
}
