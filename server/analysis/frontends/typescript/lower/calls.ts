/** Collects the calls of a file for the call graph. */
import type { CallbackForm, CallFact, CallUse } from '../../../facts.ts';
import {
  calleeText,
  chainedCall,
  isAsync,
  isConstant,
  isFunction,
  isFunctionLiteral,
  lastName,
  nameText,
  passesOn,
  rangeOf,
  skipOuter,
  skipOuterUp,
} from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import type { FilePart } from './filePart.ts';

/** A call with its node and the node of the handler attached to it. */
export interface CallDraft extends Omit<CallFact, 'handler' | 'isPromise'> {
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
    size: name !== 0 && SIZED.test(tree.textOf(name)) ? sizeOf(part, args[0] ?? 0) : undefined,
    argument: args.length === 1 ? argumentForm(tree, args[0] ?? 0) : 'other',
    hasCallback: callbackForm(tree, args.at(-1) ?? 0) !== 'none',
  };
}

/** Names of what is asked for its size; the others need not be looked at. */
const SIZED = /^random/;

/** The number of a literal, of a constant that holds one, and of a buffer made with one. */
function sizeOf(part: Pick<FilePart, 'tree' | 'scopes'>, argument: Node, steps = 0): number | undefined {
  const { tree, scopes } = part;
  switch (tree.kind(argument)) {
    case K.NumericLiteral:
      return Number(tree.textOf(argument).replaceAll('_', ''));
    case K.CallExpression:
    case K.NewExpression:
      return BUFFERS.test(calleeText(tree, tree.child(argument, 'expression')))
        ? sizeOf(part, tree.list(argument, 'arguments')[0] ?? 0, steps)
        : undefined;
    case K.Identifier: {
      const declared = steps > 2 ? 0 : (scopes.declarationOf(argument)?.node ?? 0);
      return isConstant(tree, declared) ? sizeOf(part, tree.child(declared, 'initializer'), steps + 1) : undefined;
    }
    default:
      return undefined;
  }
}

const BUFFERS = /^(Buffer\.alloc(Unsafe)?|Uint(8|16|32)Array)$/;

function argumentForm(tree: SyntaxTree, first: Node): CallFact['argument'] {
  const kind = tree.kind(first);
  if (kind === K.StringLiteral || kind === K.NoSubstitutionTemplateLiteral) return 'text';
  if (kind !== K.ArrayLiteralExpression) return 'other';
  const isCalls = tree.list(first, 'elements').every((each) => tree.kind(skipOuter(tree, each)) === K.CallExpression);
  return isCalls ? 'calls' : 'other';
}

/**
 * Callback forms of APIs take a function, or a name of one, last. `error-first` ones follow Node's convention: the call reports
 * through the callback and its promise, if there is one, is not meant.
 */
export function callbackForm(tree: SyntaxTree, last: Node): CallbackForm {
  const node = skipOuter(tree, last);
  if (tree.kind(node) === K.Identifier) return CALLBACK_NAMES.test(tree.textOf(node)) ? 'error-first' : 'none';
  if (!isFunctionLiteral(tree, node)) return 'none';
  const parameters = tree.list(node, 'parameters');
  const name = nameText(tree, tree.child(parameters[0] ?? 0, 'name'));
  // A lone `e` is as often an event or an element; who tests it means an error.
  const isTested = name === 'e' && (parameters.length > 1 || /\bif \(!?e\)|\bthrow e\b/.test(tree.textOf(node)));
  const isError = isTested || /^_?(er|err|error)$/.test(name);
  return isError && !isAsync(tree, node) ? 'error-first' : 'any';
}

const CALLBACK_NAMES = /^(cb|callback|done|next)$/;

interface Use {
  readonly use: CallUse;
  readonly handlerNode: Node;
}

/** The nearest construct that takes the value; rejection handlers, `.then` chains and what only passes it on are passed. */
function useOf(tree: SyntaxTree, call: Node): Use {
  let at = skipOuterUp(tree, call);
  let handlerNode = 0;
  for (;;) {
    const link = chainAbove(tree, at);
    if (link?.handles === true && handlerNode === 0) handlerNode = link.call;
    const above = link?.call ?? passedOnBy(tree, at);
    if (above === 0) return { use: plainUse(tree, at), handlerNode };
    at = skipOuterUp(tree, above);
  }
}

/** What has the value as its own: `c ? x : y`, `c && x`, `Promise.all([x])`; 0 for everything else. */
function passedOnBy(tree: SyntaxTree, at: Node): Node {
  const parent = tree.parent(at);
  switch (tree.kind(parent)) {
    case K.ConditionalExpression:
      return tree.child(parent, 'condition') === at ? 0 : parent;
    case K.BinaryExpression: {
      const operator = tree.kind(tree.child(parent, 'operatorToken'));
      return tree.child(parent, 'right') === at && passesOn(operator) ? parent : 0;
    }
    case K.ArrayLiteralExpression: {
      const call = tree.parent(skipOuterUp(tree, parent));
      return tree.kind(call) === K.CallExpression && COMBINING.test(calleeText(tree, tree.child(call, 'expression')))
        ? call
        : 0;
    }
    default:
      return 0;
  }
}

/** They reject as soon as one of their promises does. */
const COMBINING = /^Promise\.(all|race)$/;

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
