/** Whether an async function can reject, as far as its own text tells. */
import { isFunction, skipOuter, someInside } from '../syntax/expressions.ts';
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

/**
 * Like `isGuardedBody`, and sure of it: nothing but try statements that take every failure, and statements that can do nothing wrong. A promise
 * that leaves a try block without being awaited takes its rejection along.
 */
export function guardsAll(tree: SyntaxTree, fn: Node): boolean {
  const statements = tree.list(tree.child(fn, 'body'), 'statements');
  return (
    statements.some((statement) => tree.kind(statement) === K.TryStatement) &&
    statements.every((statement) =>
      tree.kind(statement) === K.TryStatement
        ? isSafeTry(tree, statement) && !someInside(tree, statement, (node) => returnsUnawaited(tree, node))
        : !canDoHarm(tree, statement),
    )
  );
}

function canDoHarm(tree: SyntaxTree, statement: Node): boolean {
  // `using` calls something at the end.
  if (/^(await\s+)?using\b/.test(tree.textOf(statement))) return true;
  return DOING.has(tree.kind(statement)) || someInside(tree, statement, (node) => DOING.has(tree.kind(node)));
}

/** What may fail, or hand a failing promise on. */
const DOING: ReadonlySet<number> = new Set([
  K.CallExpression,
  K.NewExpression,
  K.AwaitExpression,
  K.ThrowStatement,
  K.ReturnStatement,
  K.ForOfStatement,
  K.TaggedTemplateExpression,
]);

function returnsUnawaited(tree: SyntaxTree, node: Node): boolean {
  if (tree.kind(node) !== K.ReturnStatement) return false;
  const kind = tree.kind(skipOuter(tree, tree.child(node, 'expression')));
  return kind !== 0 && kind !== K.AwaitExpression && !PLAIN.has(kind);
}

const PLAIN: ReadonlySet<number> = new Set([
  K.TrueKeyword,
  K.FalseKeyword,
  K.NullKeyword,
  K.NumericLiteral,
  K.StringLiteral,
  K.NoSubstitutionTemplateLiteral,
]);

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
