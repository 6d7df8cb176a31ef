/** Promises that are returned past the `try` statement around them. */
import type { UseKind } from '../../../facts.ts';
import { enclosingFunction, isAsync, isGenerator, passesOn, rangeOf, skipOuter } from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Node } from '../syntax/tree.ts';
import { cannotReject } from './settled.ts';
import { UseCollector, canHoldPromise, valueOf, type UsePlace } from './useDraft.ts';

export class ReturnedUses extends UseCollector {
  returned(statement: Node): void {
    const tree = this.tree;
    const expression = tree.child(statement, 'expression');
    const kind = expression === 0 ? undefined : this.#leftGuard(statement);
    if (kind !== undefined) this.#operands(expression, { kind, within: rangeOf(tree, statement) });
  }

  /** A try block with a catch clause, or a catch block before a `finally`, of an async function. */
  #leftGuard(statement: Node): UseKind | undefined {
    const tree = this.tree;
    const fn = enclosingFunction(tree, statement);
    if (fn === 1 || !isAsync(tree, fn) || isGenerator(tree, fn)) return undefined;
    for (let at = statement; at > fn; at = tree.parent(at)) {
      const owner = tree.parent(at);
      if (tree.kind(owner) !== K.TryStatement) continue;
      const clause = tree.child(owner, 'catchClause');
      if (at === tree.child(owner, 'tryBlock') && clause !== 0) return 'returned-in-try';
      if (at === clause && tree.child(owner, 'finallyBlock') !== 0) return 'returned-before-finally';
    }
    return undefined;
  }

  #operands(root: Node, place: UsePlace): void {
    const tree = this.tree;
    const pending = [root];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const node = skipOuter(tree, next);
      const kind = tree.kind(node);
      if (kind === K.ConditionalExpression) {
        pending.push(tree.child(node, 'whenFalse'), tree.child(node, 'whenTrue'));
      } else if (kind === K.BinaryExpression) {
        if (passesOn(tree.kind(tree.child(node, 'operatorToken')))) pending.push(tree.child(node, 'right'));
      } else if ((canHoldPromise(kind) || kind === K.CallExpression) && !cannotReject(this.part, node)) {
        this.add(place, node, valueOf(this.part, node));
      }
    }
  }
}
