/** Where a fix applies: nodes by range, indentation, and what stands around a place. */
import type { Range } from '../../../finding.ts';
import { K } from '../syntax/kinds.ts';
import { statementsOf } from '../syntax/scopes.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';

/** Outermost node below the source file that has exactly this range (0 if none). */
export function nodeAt(tree: SyntaxTree, { start, end }: Range): Node {
  for (let node = 2; node < tree.count; node++) {
    if (tree.end(node) === end && !tree.isList(node) && tree.pos(node) <= start && tree.start(node) === start)
      return node;
  }
  return 0;
}

/** The line break and indentation before a place, as this file writes them. */
export function indentationAt(tree: SyntaxTree, offset: number): string {
  const lineStart = tree.text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(tree.text.slice(lineStart, offset))?.[0] ?? '';
}

/** One more level of indentation than the given one, in the file's own style. */
export function deeper(tree: SyntaxTree, indentation: string): string {
  const unit = /\n(\t| {2,8})\S/.exec(tree.text)?.[1] ?? '  ';
  return indentation + unit;
}

export function lineBreak(tree: SyntaxTree): string {
  return tree.text.includes('\r\n') ? '\r\n' : '\n';
}

/** `;` where a parenthesis in front of `node` would continue the statement before it, in code without semicolons; else ''. */
export function semicolonGuard(tree: SyntaxTree, node: Node): string {
  let statement = node;
  while (tree.kind(statement) !== K.ExpressionStatement && statement > 1) statement = tree.parent(statement);
  if (statement <= 1 || tree.start(statement) !== tree.start(node)) return '';
  const siblings = statementsOf(tree, tree.parent(statement));
  const previous = siblings[siblings.indexOf(statement) - 1] ?? 0;
  return previous === 0 || tree.text.charAt(tree.end(previous) - 1) === ';' || endsInBlock(tree, previous) ? '' : ';';
}

/** Statements whose last brace ends them; that of `const x = {}` does not. */
function endsInBlock(tree: SyntaxTree, statement: Node): boolean {
  const kind = tree.kind(statement);
  const isOpen = kind === K.ExpressionStatement || kind === K.VariableStatement || kind === K.ExportAssignment;
  return !isOpen && tree.text.charAt(tree.end(statement) - 1) === '}';
}
