/** Places that fail by themselves: `throw`, `Promise.reject(…)`, and awaits of values that are no calls. */
import type { FailureFact } from '../../../facts.ts';
import { rangeOf, skipOuter } from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Node } from '../syntax/tree.ts';
import { isConditional } from './calls.ts';
import type { FilePart } from './filePart.ts';
import { isRejection } from './handlerOutcome.ts';
import { cannotReject } from './settled.ts';

export function failureFacts({ tree, scopes, functions, regions }: FilePart): FailureFact[] {
  return tree.nodesOf(K.ThrowStatement, K.CallExpression, K.AwaitExpression, K.ForOfStatement).flatMap((node) => {
    const kind = failureKind({ tree, scopes }, node);
    if (kind === undefined) return [];
    const isSkippable = isConditional(tree, node);
    return [
      {
        function: functions.around(node),
        kind,
        range: rangeOf(tree, node),
        region: regions.around(node),
        isConditional: isSkippable,
      },
    ];
  });
}

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
    default:
      return tree.child(node, 'awaitModifier') === 0 ? undefined : 'awaited-value';
  }
}
