/** Values that nobody takes, and awaits of arrays. */
import type { UseKind } from '../../../facts.ts';
import {
  chainedCall,
  isAsync,
  isFunction,
  isFunctionLiteral,
  isGenerator,
  lastName,
  passesOn,
  rangeOf,
  skipOuter,
} from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { isGuardedBody } from './guardedBody.ts';
import { handlerOutcome } from './handlerOutcome.ts';
import { knownResult } from './knownResults.ts';
import { isHandledChain } from './settled.ts';
import { UseCollector, canHoldPromise, type UsePlace } from './useDraft.ts';

export class DiscardedUses extends UseCollector {
  unused(node: Node, kind: UseKind): void {
    this.#discarded(this.tree.child(node, 'expression'), { kind, within: rangeOf(this.tree, node) });
  }

  /** Values of an expression that nobody takes: every operand that can be the result. */
  #discarded(root: Node, place: UsePlace): void {
    const tree = this.tree;
    const pending = [root];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const node = skipOuter(tree, next);
      const kind = tree.kind(node);
      if (kind === K.BinaryExpression) {
        const operator = tree.kind(tree.child(node, 'operatorToken'));
        if (passesOn(operator)) pending.push(tree.child(node, 'right'));
        // `this.p || (this.p = load())` reads a kept promise on the left; it starts nothing.
        if (operator === K.CommaToken || (passesOn(operator) && isCall(tree, tree.child(node, 'left')))) {
          pending.push(tree.child(node, 'left'));
        }
      } else if (kind === K.ConditionalExpression) {
        pending.push(tree.child(node, 'whenFalse'), tree.child(node, 'whenTrue'));
      } else if (kind === K.CallExpression) {
        this.#discardedCall(node, place);
      } else if (canHoldPromise(kind)) {
        this.add(place, node, { question: node });
      }
    }
  }

  #discardedCall(call: Node, place: UsePlace): void {
    const tree = this.tree;
    const chained = chainedCall(tree, call);
    if (chained === undefined) {
      this.#plainCall(call, place);
    } else if (chained.method === 'finally') {
      // What `.finally` returns rejects with what it was called on.
      const receiver = skipOuter(tree, chained.receiver);
      if (tree.kind(receiver) === K.CallExpression && isHandledChain(this.part, receiver)) return;
      this.add(place, call, { question: call });
    } else {
      this.#chainedCall(call, chained.method, place);
    }
  }

  #chainedCall(call: Node, method: string, place: UsePlace): void {
    const handler = this.tree.list(call, 'arguments')[method === 'catch' ? 0 : 1];
    if (handler === undefined) {
      this.add(place, call, { question: call, uselessHandler: method === 'catch' ? 'missing' : 'none' });
      return;
    }
    switch (handlerOutcome(this.part, handler)) {
      case 'missing':
        this.add(place, call, { question: call, uselessHandler: 'missing' });
        return;
      case 'rethrows':
        this.add(place, call, { question: call, uselessHandler: 'rethrows' });
        return;
      case 'unknown':
        this.add(place, call, { question: call, uselessHandler: 'missing', handlerQuestion: handler });
        return;
      default:
      // Handled: somebody takes the rejection.
    }
  }

  #plainCall(call: Node, place: UsePlace): void {
    const tree = this.tree;
    const callee = skipOuter(tree, tree.child(call, 'expression'));
    if (isFunctionLiteral(tree, callee) && isAsync(tree, callee)) {
      if (isGenerator(tree, callee)) return;
      this.add(place, call, { value: 'promise', iife: isGuardedBody(tree, callee) ? 'guarded' : 'open' });
      return;
    }
    const known = knownResult(this.part, callee);
    if (known === 'none') return;
    // An async function returns its promise whether or not it also takes a callback.
    this.add(place, call, known === 'promise' ? { value: 'promise', callback: 'none' } : { question: call });
  }

  /** `await [a(), b()]` and `await xs.map(f)` wait for the array, not for its promises. */
  awaited(node: Node): void {
    const tree = this.tree;
    const operand = skipOuter(tree, tree.child(node, 'expression'));
    const kind = tree.kind(operand);
    const isArray = kind === K.ArrayLiteralExpression && tree.list(operand, 'elements').length > 0;
    if (!isArray && !isArrayCall(tree, operand)) return;
    this.add({ kind: 'awaited-array', within: rangeOf(tree, node) }, operand, { question: operand });
  }
}

function isArrayCall(tree: SyntaxTree, node: Node): boolean {
  if (tree.kind(node) !== K.CallExpression) return false;
  const name = lastName(tree, tree.child(node, 'expression'));
  return name !== 0 && ARRAY_MAKERS.has(tree.textOf(name)) && !isFunction(tree, name);
}

const ARRAY_MAKERS: ReadonlySet<string> = new Set([
  'map',
  'flatMap',
  'filter',
  'concat',
  'slice',
  'from',
  'reverse',
  'splice',
]);

function isCall(tree: SyntaxTree, node: Node): boolean {
  return tree.kind(skipOuter(tree, node)) === K.CallExpression;
}
