/** A use of a value as the collectors draft it, and what they share. */
import type { CallbackForm, ValueUse } from '../../../facts.ts';
import { chainedCall, labelOf, lastName, nameText, rangeOf, skipOuter } from '../syntax/expressions.ts';
import { K, type Kind } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { callbackForm } from './calls.ts';
import type { FilePart } from './filePart.ts';
import { knownResult } from './knownResults.ts';

/** A use whose value is still to be asked: `question` is the expression, or 0 when `value` is known from syntax alone. */
export interface UseDraft extends ValueUse {
  readonly question: Node;
  /** A handler given by name: the use counts only when it cannot be called. 0 otherwise. */
  readonly handlerQuestion: Node;
  /** The callee's last name, or 0. */
  readonly nameNode: Node;
}

/** Where a value is used. */
export type UsePlace = Pick<ValueUse, 'kind' | 'within'>;

/** Adds a use of a node; `undefined` says that the value is known to be no promise. */
export type AddUse = (place: UsePlace, node: Node, known: Partial<UseDraft> | undefined) => void;

/** Collects drafts with what is the same for all of them. */
export function addUsesTo(drafts: UseDraft[], part: FilePart): AddUse {
  return (place, node, known) => {
    if (known === undefined) return;
    const { tree, functions, regions } = part;
    const name = lastName(tree, tree.child(node, 'expression'));
    drafts.push({
      ...place,
      function: functions.around(node),
      range: rangeOf(tree, node),
      value: 'unknown',
      text: labelOf(tree, node),
      call: part.callIndex(chainRoot(tree, node)),
      target: { kind: 'unknown' },
      name: name === 0 ? '' : nameText(tree, name),
      iife: 'none',
      region: regions.around(node),
      uselessHandler: 'none',
      callback: callbackOf(tree, node),
      question: 0,
      handlerQuestion: 0,
      nameNode: name,
      ...known,
    });
  };
}

/** What every collector of uses works with. */
export class UseCollector {
  protected readonly part: FilePart;
  protected readonly tree: SyntaxTree;
  protected readonly add: AddUse;

  constructor(part: FilePart, add: AddUse) {
    this.part = part;
    this.tree = part.tree;
    this.add = add;
  }
}

/** What is known of a value before the compiler is asked; `undefined` when it is no promise. */
export function valueOf(part: FilePart, node: Node): Partial<UseDraft> | undefined {
  const { tree } = part;
  if (tree.kind(node) !== K.CallExpression) return { question: node };
  const known = knownResult(part, skipOuter(tree, tree.child(node, 'expression')));
  if (known === 'none') return undefined;
  return known === 'promise' ? { value: 'promise' } : { question: node };
}

/** Expressions besides calls that may hold a promise and are no assignment. */
export function canHoldPromise(kind: Kind): boolean {
  return MAY_BE_PROMISE.has(kind);
}

const MAY_BE_PROMISE: ReadonlySet<number> = new Set([
  K.Identifier,
  K.PropertyAccessExpression,
  K.ElementAccessExpression,
  K.NewExpression,
  K.TaggedTemplateExpression,
  K.ArrayLiteralExpression,
]);

/** The call that a chain of `.then(f)` and `.finally(f)` starts from: its rejection goes all the way through. */
function chainRoot(tree: SyntaxTree, node: Node): Node {
  let at = node;
  for (let link = chainedCall(tree, at); link !== undefined; link = chainedCall(tree, at)) {
    const receiver = skipOuter(tree, link.receiver);
    if (tree.kind(receiver) !== K.CallExpression) return at;
    at = receiver;
  }
  return at;
}

/** Handlers of `.then` and `.catch` are no callbacks in this sense. */
function callbackOf(tree: SyntaxTree, node: Node): CallbackForm {
  if (tree.kind(node) !== K.CallExpression || chainedCall(tree, node) !== undefined) return 'none';
  return callbackForm(tree, tree.list(node, 'arguments').at(-1) ?? 0);
}
