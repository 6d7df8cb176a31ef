/** Where an error was thrown that was made at a place: V8 points at the `throw`, the stack at the `new`. */
import { parse, type Node } from 'acorn';
import type { ChangedFile } from './changedFiles.ts';

/**
 * Column (from 1) at which V8 reports an error thrown outside of promises, `undefined` when it may have been thrown elsewhere. Parses the file,
 * which is bearable once, when the program dies.
 * @param line of the innermost frame in the author's text, from 1, and its column
 */
export function throwColumn(file: ChangedFile, line: number, column: number): number | undefined {
  const text = file.text();
  const program = parse(text, {
    ecmaVersion: 'latest',
    sourceType: file.format === 'module' ? 'module' : 'script',
    allowReturnOutsideFunction: true,
    allowHashBang: true,
  });
  const lineStart = startOfLine(text, line);
  const path = pathTo(program, lineStart + column - 1);
  const maker = path.findLast((node) => node.start === lineStart + column - 1 && isMaker(node));
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

function startOfLine(text: string, line: number): number {
  let start = 0;
  for (const { index, 0: end } of text.matchAll(/\r\n?|[\n\u2028\u2029]/g)) {
    if (--line === 0) break;
    start = index + end.length;
  }
  return start;
}

/** From the program to the innermost node that holds the offset. */
function pathTo(program: Node, offset: number): readonly Node[] {
  const path: Node[] = [];
  for (let node: Node | undefined = program; node !== undefined;) {
    path.push(node);
    node = childrenOf(node).find(({ start, end }) => start <= offset && offset < end);
  }
  return path;
}

function childrenOf(node: Node): readonly Node[] {
  return Object.values(node)
    .flatMap((value: unknown) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value && 'end' in value;
}
