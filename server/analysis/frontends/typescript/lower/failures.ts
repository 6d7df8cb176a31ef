/** Places that fail by themselves: `throw`, `Promise.reject(…)`, awaits of values that are no calls, and new promises that are returned. */
import type { FailureFact } from '../../../facts.ts';
import { rangeOf, skipOuter } from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Node } from '../syntax/tree.ts';
import { isConditional } from './calls.ts';
import type { FilePart } from './filePart.ts';
import { isRejection } from './handlerOutcome.ts';
import { cannotReject } from './settled.ts';

export function failureFacts({ tree, scopes, functions, regions }: FilePart): FailureFact[] {
  return tree.nodesOf(...KINDS).flatMap((node) => {
    const kind = failureKind({ tree, scopes }, node);
    if (kind === undefined) return [];
    const isSkippable = isConditional(tree, node);
    return [
      {
        function: tree.kind(node) === K.ArrowFunction ? (functions.indexOf(node) ?? 0) : functions.around(node),
        kind,
        range: rangeOf(tree, node),
        // A promise that is returned escapes the try statements around it.
        region: RETURNING.has(tree.kind(node)) ? -1 : regions.around(node),
        isConditional: isSkippable,
      },
    ];
  });
}

const RETURNING: ReadonlySet<number> = new Set([K.ReturnStatement, K.ArrowFunction]);

const KINDS = [
  K.ThrowStatement,
  K.CallExpression,
  K.AwaitExpression,
  K.ForOfStatement,
  K.ReturnStatement,
  K.ArrowFunction,
] as const;

function failureKind({ tree, scopes }: Pick<FilePart, 'tree' | 'scopes'>, node: Node): FailureFact['kind'] | undefined {
  switch (tree.kind(node)) {
    case K.ThrowStatement:
      return 'throw';
    case K.CallExpression:
      return isRejection(tree, node) ? 'reject' : undefined;
    case K.AwaitExpression: {
      const operand = skipOuter(tree, tree.child(node, 'expression'));
      const isCall = tree.kind(operand) === K.CallExpression;
      return isCall || cannotReject({ tree, scopes }, operand) ? undefined : 'awaited-value';
    }
    case K.ReturnStatement:
      return makesPromise({ tree, scopes }, tree.child(node, 'expression')) ? 'awaited-value' : undefined;
    case K.ArrowFunction:
      return makesPromise({ tree, scopes }, tree.child(node, 'body')) ? 'awaited-value' : undefined;
    default:
      return tree.child(node, 'awaitModifier') === 0 ? undefined : 'awaited-value';
  }
}

/** `new Promise(…)` that may reject, as the value of a function. */
function makesPromise({ tree, scopes }: Pick<FilePart, 'tree' | 'scopes'>, value: Node): boolean {
  const node = skipOuter(tree, value);
  return (
    tree.kind(node) === K.NewExpression &&
    tree.textOf(tree.child(node, 'expression')) === 'Promise' &&
    !cannotReject({ tree, scopes }, node)
  );
}
