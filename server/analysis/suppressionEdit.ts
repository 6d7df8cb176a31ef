import { textPieces } from './comments.ts';
import type { Range } from './finding.ts';
import type { TextEdit } from './fixes.ts';
import { lineAt, lineStart, lineText, textLines, type TextLines } from './textLines.ts';

/**
 * The edit that suppresses a rule where a finding starts: a comment line above it, or one more id in the suppression that already
 * stands there. Between JSX children the comment is wrapped in braces; inside a template it stands before the expression.
 */
export function suppressionEdit(text: string, range: Range, ruleId: string): TextEdit {
  const lines = textLines(text);
  const line = lineAt(lines, range.start);
  const start = lineStart(lines, line);
  const joined = joinAbove(lines, line, ruleId);
  if (joined !== undefined) return joined;
  if (isInsideText(text, start)) return insert(range.start, `/* rubato-ignore-line ${ruleId} */ `);
  const indent = /^[ \t]*/.exec(lineText(lines, line))?.[0] ?? '';
  const directive = `rubato-ignore-next-line ${ruleId}`;
  const comment = isJsxChild(lines, line) ? `{/* ${directive} */}` : `// ${directive}`;
  return insert(start, `${indent}${comment}${lineBreak(text)}`);
}

function joinAbove(lines: TextLines, line: number, ruleId: string): TextEdit | undefined {
  const match = /^(\s*(?:\/\/|\{?\/\*)\s*rubato-ignore-next-line\s+\w[\w-]*(?:\s*,\s*\w[\w-]*)*)(?!\s*,)/.exec(
    lineText(lines, line - 1),
  );
  return match?.[1] === undefined ? undefined : insert(lineStart(lines, line - 1) + match[1].length, `, ${ruleId}`);
}

function insert(at: number, newText: string): TextEdit {
  return { range: { start: at, end: at }, newText };
}

/** A line that begins inside a template cannot hold a comment line above it: that would change the text. */
function isInsideText(text: string, offset: number): boolean {
  return textPieces(text).some(({ kind, start, end }) => kind === 'template' && start < offset && offset < end);
}

/**
 * Guessed from the two lines, without a parser: a line that starts an element or a JSX expression stands among children when
 * the code before it ends an element or an expression, and in code when that ends with an operator, a bracket or a word.
 */
function isJsxChild(lines: TextLines, line: number): boolean {
  if (!/^\s*[<{]/.test(lineText(lines, line))) return false;
  const before = lines.text.slice(Math.max(0, lineStart(lines, line) - 500), lineStart(lines, line)).trimEnd();
  return /[>}]$/.test(before) && !before.endsWith('=>');
}

function lineBreak(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
}
