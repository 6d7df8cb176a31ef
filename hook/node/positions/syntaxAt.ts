import type { Node } from 'acorn';
import { loadParsing } from '../processes/loadParsing.ts';
import type { ChangedFile } from './changedFiles.ts';

/** What stands at a place in the author's text. */
export interface SyntaxAt {
  readonly text: string;
  /** Offset of the line's first character. */
  readonly lineStart: number;
  /** Offset of the place. */
  readonly offset: number;
  /** From the program to the innermost node that holds the place. */
  readonly path: readonly Node[];
}

/**
 * Reads and parses the file, which is bearable where it happens once. Line and column from 1. Throws what the parser throws, or when it cannot be loaded.
 */
export function syntaxAt(file: ChangedFile, line: number, column: number): SyntaxAt {
  const text = file.text();
  const program = loadParsing().parse(text, {
    ecmaVersion: 'latest',
    sourceType: file.format,
    allowHashBang: true,
  });
  const lineStart = startOfLine(text, line);
  const offset = lineStart + column - 1;
  return { text, lineStart, offset, path: pathTo(program, offset) };
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
