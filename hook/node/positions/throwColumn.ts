/** Where an error was thrown that was made at a place: V8 points at the `throw`, the stack at the `new`. */
import type { Node } from 'acorn';
import type { ChangedFile } from './changedFiles.ts';
import { syntaxAt } from './syntaxAt.ts';

/**
 * Column (from 1) at which V8 reports an error thrown outside of promises, `undefined` when it may have been thrown elsewhere. Parses the file,
 * which is bearable once, when the program dies.
 * @param line of the innermost frame in the author's text, from 1, and its column
 */
export function throwColumn(file: ChangedFile, line: number, column: number): number | undefined {
  const { lineStart, offset, path } = syntaxAt(file, line, column);
  const maker = path.findLast((node) => node.start === offset && isMaker(node));
  // Nothing made it here in so many words: the engine did, where it was thrown.
  if (maker === undefined) return column;
  const inside = path.slice(0, path.indexOf(maker));
  const boundary = inside.findLastIndex(({ type }) => /Function|Statement|Declaration|ClassBody/.test(type));
  const statement = inside[boundary];
  if (statement?.type !== 'ThrowStatement' || statement.start < lineStart) return undefined;
  return statement.start - lineStart + 1;
}

/** `new X()`, or a call of a class of errors without `new`. */
function isMaker(node: Node): boolean {
  if (node.type === 'NewExpression') return true;
  return node.type === 'CallExpression' && 'callee' in node && nameOf(node.callee).endsWith('Error');
}

function nameOf(node: unknown): string {
  return typeof node === 'object' && node !== null && 'name' in node ? String(node.name) : '';
}
