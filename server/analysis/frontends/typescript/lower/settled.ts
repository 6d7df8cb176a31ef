/** Promises of which syntax alone tells that they never reject, or that their rejection is taken already. */
import {
  chainedCall,
  isAsync,
  isConstant,
  isFunctionLiteral,
  nameText,
  skipOuter,
  someInside,
} from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Scopes } from '../syntax/scopes.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { handlerOutcome } from './handlerOutcome.ts';
import { knownResult } from './knownResults.ts';

interface Syntax {
  readonly tree: SyntaxTree;
  readonly scopes: Scopes;
}

/** Constants are followed this far. */
const MAX_STEPS = 3;

export function cannotReject(syntax: Syntax, expression: Node, steps = 0): boolean {
  const { tree } = syntax;
  const node = skipOuter(tree, expression);
  switch (tree.kind(node)) {
    case K.NewExpression:
      return isQuietPromise(syntax, node);
    case K.CallExpression:
      return isHandledChain(syntax, node) || isSettling(tree, node);
    case K.Identifier:
      return steps < MAX_STEPS && isQuietConstant(syntax, node, steps);
    default:
      return false;
  }
}

/** Whether a chain ends in a handler that handles. */
export function isHandledChain(syntax: Syntax, call: Node): boolean {
  const { tree } = syntax;
  const chained = chainedCall(tree, call);
  if (chained === undefined) return false;
  if (chained.method === 'finally') return isHandledChain(syntax, skipOuter(tree, chained.receiver));
  const handler = tree.list(call, 'arguments')[chained.method === 'catch' ? 0 : 1];
  if (handler === undefined) return false;
  const outcome = handlerOutcome(syntax, handler);
  return outcome !== 'missing' && outcome !== 'rethrows';
}

/** `Promise.resolve(value)` and `Promise.allSettled(…)`. */
function isSettling(tree: SyntaxTree, call: Node): boolean {
  const callee = tree.textOf(tree.child(call, 'expression'));
  if (callee === 'Promise.allSettled') return true;
  if (callee !== 'Promise.resolve') return false;
  const kind = tree.kind(skipOuter(tree, tree.list(call, 'arguments')[0] ?? 0));
  return kind !== K.CallExpression && kind !== K.NewExpression;
}

/** `new Promise((resolve) => …)`: nothing in it can reject. */
function isQuietPromise(syntax: Syntax, node: Node): boolean {
  const { tree } = syntax;
  const executor = skipOuter(tree, tree.list(node, 'arguments')[0] ?? 0);
  if (
    tree.textOf(tree.child(node, 'expression')) !== 'Promise' ||
    !isFunctionLiteral(tree, executor) ||
    isAsync(tree, executor)
  )
    return false;
  const [resolve = 0, reject = 0] = tree.list(executor, 'parameters');
  if (reject !== 0) return false;
  const name = nameText(tree, tree.child(resolve, 'name'));
  const end = tree.subtreeEnd(executor);
  for (let at = executor + 1; at < end; at++) {
    if (tree.kind(at) === K.CallExpression && passesPromise(syntax, at, name)) return false;
  }
  return !someInside(tree, tree.child(executor, 'body'), (at) => tree.kind(at) === K.ThrowStatement);
}

/** `resolve(save())` adopts whatever becomes of `save()`. */
function passesPromise(syntax: Syntax, call: Node, resolve: string): boolean {
  const { tree } = syntax;
  if (tree.textOf(tree.child(call, 'expression')) !== resolve) return false;
  const value = skipOuter(tree, tree.list(call, 'arguments')[0] ?? 0);
  return (
    tree.kind(value) === K.CallExpression &&
    knownResult(syntax, skipOuter(tree, tree.child(value, 'expression'))) === 'promise'
  );
}

function isQuietConstant(syntax: Syntax, identifier: Node, steps: number): boolean {
  const { tree, scopes } = syntax;
  const declaration = scopes.declarationOf(identifier)?.node ?? 0;
  if (!isConstant(tree, declaration)) return false;
  const value = tree.child(declaration, 'initializer');
  return value !== 0 && cannotReject(syntax, value, steps + 1);
}
