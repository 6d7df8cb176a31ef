/** Collects the calls of a file for the call graph. */
import type { CallbackForm, CallFact, CallUse } from '../../../facts.ts';
import {
  calleeText,
  chainedCall,
  isAsync,
  isFunction,
  isFunctionLiteral,
  lastName,
  nameText,
  rangeOf,
  skipOuter,
  skipOuterUp,
} from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import type { FilePart } from './filePart.ts';

/** A call with its node and the node of the handler attached to it. */
export interface CallDraft extends Omit<CallFact, 'handler'> {
  readonly callNode: Node;
  /** The `.catch(…)` or `.then(_, …)` call directly on it, or 0. */
  readonly handlerNode: Node;
}

/** Nodes of all calls and `new` expressions, in source order. */
export function callNodes(tree: SyntaxTree): readonly Node[] {
  return tree.nodesOf(K.CallExpression, K.NewExpression);
}

export function callDraft(part: Omit<FilePart, 'callIndex'>, node: Node): CallDraft {
  const { tree, functions, regions, targets } = part;
  const callee = tree.child(node, 'expression');
  const name = lastName(tree, callee);
  const args = tree.list(node, 'arguments');
  const { use, handlerNode } = useOf(tree, node);
  return {
    callNode: node,
    handlerNode,
    function: functions.around(node),
    name: name === 0 ? '' : nameText(tree, name),
    callee: calleeText(tree, callee),
    range: rangeOf(tree, node),
    node: name === 0 ? skipOuter(tree, callee) : name,
    target: targets.of(callee),
    isNew: tree.kind(node) === K.NewExpression,
    use,
    region: regions.around(node),
    isConditional: isConditional(tree, node),
    isInServiceLoop: isInServiceLoop(tree, node),
    size:
      tree.kind(args[0] ?? 0) === K.NumericLiteral ? Number(tree.textOf(args[0] ?? 0).replaceAll('_', '')) : undefined,
    hasCallback: callbackForm(tree, args.at(-1) ?? 0) !== 'none',
  };
}

/**
 * Callback forms of APIs take a function, or a name of one, last. `error-first` ones follow Node's convention: the call reports
 * through the callback and its promise, if there is one, is not meant.
 */
export function callbackForm(tree: SyntaxTree, last: Node): CallbackForm {
  const node = skipOuter(tree, last);
  if (tree.kind(node) === K.Identifier) return CALLBACK_NAMES.test(tree.textOf(node)) ? 'error-first' : 'none';
  if (!isFunctionLiteral(tree, node)) return 'none';
  const [first = 0] = tree.list(node, 'parameters');
  const isErrorFirst = !isAsync(tree, node) && /^_?(e|er|err|error)$/.test(nameText(tree, tree.child(first, 'name')));
  return isErrorFirst ? 'error-first' : 'any';
}

const CALLBACK_NAMES = /^(cb|callback|done|next)$/;

interface Use {
  readonly use: CallUse;
  readonly handlerNode: Node;
}

/** The nearest construct that takes the value; rejection handlers and `.then` chains on the way are passed. */
function useOf(tree: SyntaxTree, call: Node): Use {
  let at = skipOuterUp(tree, call);
  let handlerNode = 0;
  for (let link = chainAbove(tree, at); link !== undefined; link = chainAbove(tree, at)) {
    if (link.handles && handlerNode === 0) handlerNode = link.call;
    at = skipOuterUp(tree, link.call);
  }
  return { use: plainUse(tree, at), handlerNode };
}

/** `x.then(…)`, `x.catch(…)`, `x.finally(…)` around `x`. */
function chainAbove(tree: SyntaxTree, at: Node): { readonly call: Node; readonly handles: boolean } | undefined {
  const access = tree.parent(at);
  if (tree.kind(access) !== K.PropertyAccessExpression || tree.child(access, 'expression') !== at) return undefined;
  const outer = skipOuterUp(tree, access);
  const call = tree.parent(outer);
  if (tree.kind(call) !== K.CallExpression || tree.child(call, 'expression') !== outer) return undefined;
  const chained = chainedCall(tree, call);
  if (chained === undefined) return undefined;
  const count = tree.list(call, 'arguments').length;
  return { call, handles: (chained.method === 'catch' && count > 0) || (chained.method === 'then' && count > 1) };
}

function plainUse(tree: SyntaxTree, at: Node): CallUse {
  const parent = tree.parent(at);
  switch (tree.kind(parent)) {
    case K.ArrowFunction:
      return tree.child(parent, 'body') === at ? 'returned' : 'other';
    case K.BinaryExpression:
      return tree.kind(tree.child(parent, 'operatorToken')) === K.EqualsToken ? 'stored' : 'other';
    case K.CallExpression:
    case K.NewExpression:
      return tree.child(parent, 'expression') === at ? 'chained' : 'argument';
    default:
      return USES.get(tree.kind(parent)) ?? 'other';
  }
}

const USES: ReadonlyMap<number, CallUse> = new Map([
  [K.ExpressionStatement, 'discarded'],
  [K.AwaitExpression, 'awaited'],
  [K.ReturnStatement, 'returned'],
  [K.VoidExpression, 'voided'],
  [K.VariableDeclaration, 'stored'],
  [K.PropertyDeclaration, 'stored'],
  [K.PropertyAssignment, 'stored'],
  [K.PropertyAccessExpression, 'chained'],
  [K.ElementAccessExpression, 'chained'],
  [K.IfStatement, 'condition'],
  [K.ConditionalExpression, 'condition'],
  [K.PrefixUnaryExpression, 'condition'],
  [K.YieldExpression, 'yielded'],
]);

/** Whether a node may be skipped although its function runs: under a branch, a loop, a short circuit or a catch clause. */
export function isConditional(tree: SyntaxTree, node: Node): boolean {
  for (let at = node; at > 1; at = tree.parent(at)) {
    const parent = tree.parent(at);
    if (isFunction(tree, parent)) return false;
    if (isBranchOf(tree, parent, at)) return true;
  }
  return false;
}

function isInServiceLoop(tree: SyntaxTree, node: Node): boolean {
  for (let at = tree.parent(node); at > 1 && !isFunction(tree, at); at = tree.parent(at)) {
    const kind = tree.kind(at);
    if (kind === K.WhileStatement || kind === K.DoStatement) return true;
    if (kind === K.ForStatement && tree.child(at, 'condition') === 0) return true;
    if (kind === K.ForOfStatement && tree.child(at, 'awaitModifier') !== 0) return true;
  }
  return false;
}

function isBranchOf(tree: SyntaxTree, parent: Node, child: Node): boolean {
  switch (tree.kind(parent)) {
    case K.IfStatement:
    case K.WhileStatement:
    case K.ForOfStatement:
    case K.ForInStatement:
      return tree.child(parent, 'expression') !== child;
    case K.ConditionalExpression:
      return tree.child(parent, 'condition') !== child;
    case K.ForStatement:
      return tree.child(parent, 'initializer') !== child;
    case K.CaseClause:
    case K.DefaultClause:
    case K.CatchClause:
      return true;
    case K.BinaryExpression:
      return (
        tree.child(parent, 'right') === child && SHORT_CIRCUITS.has(tree.kind(tree.child(parent, 'operatorToken')))
      );
    default:
      return false;
  }
}

const SHORT_CIRCUITS: ReadonlySet<number> = new Set([
  K.AmpersandAmpersandToken,
  K.BarBarToken,
  K.QuestionQuestionToken,
  K.AmpersandAmpersandEqualsToken,
  K.BarBarEqualsToken,
  K.QuestionQuestionEqualsToken,
]);
