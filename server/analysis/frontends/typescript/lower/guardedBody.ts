/** Whether an async function can reject, as far as its own text tells. */
import { isFunction, skipOuter } from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { blockOutcome, isRejection } from './handlerOutcome.ts';

/**
 * True when everything that could fail stands in a try block whose catch does not throw again.
 * Asks no compiler: awaits, returned calls and throws outside count; calls that nobody waits for do not, as in the call graph.
 */
export function isGuardedBody(tree: SyntaxTree, fn: Node): boolean {
  const body = tree.child(fn, 'body');
  // The value of an arrow is returned like that of a `return`.
  if (tree.kind(skipOuter(tree, body)) === K.CallExpression) return false;
  const end = tree.subtreeEnd(body);
  for (let node = body; node < end;) {
    if (isFunction(tree, node)) node = tree.subtreeEnd(node);
    else if (tree.kind(node) === K.TryStatement && isSafeTry(tree, node)) node = afterTryBlock(tree, node);
    else if (canFail(tree, node)) return false;
    else node++;
  }
  return true;
}

function isSafeTry(tree: SyntaxTree, statement: Node): boolean {
  const clause = tree.child(statement, 'catchClause');
  if (clause === 0) return false;
  const outcome = blockOutcome(tree, tree.child(clause, 'block'));
  return outcome !== 'rethrows' && outcome !== 'may-rethrow';
}

/** Catch and finally blocks follow the try block and are walked like everything else. */
function afterTryBlock(tree: SyntaxTree, statement: Node): Node {
  return tree.subtreeEnd(tree.child(statement, 'tryBlock'));
}

function canFail(tree: SyntaxTree, node: Node): boolean {
  switch (tree.kind(node)) {
    case K.ThrowStatement:
    case K.AwaitExpression:
      return true;
    case K.ReturnStatement:
      return tree.kind(skipOuter(tree, tree.child(node, 'expression'))) === K.CallExpression;
    case K.CallExpression:
      return isRejection(tree, node);
    default:
      return tree.child(node, 'awaitModifier') !== 0;
  }
}
