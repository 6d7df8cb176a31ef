/** Places where a value that may be a promise is thrown away, tested or returned past a catch. */
import type { CallbackForm, UseKind, ValueUse } from '../../../facts.ts';
import type { Need } from '../../../rule.ts';
import {
  chainedCall,
  enclosingFunction,
  isAsync,
  isFunction,
  isFunctionLiteral,
  isGenerator,
  labelOf,
  lastName,
  nameText,
  rangeOf,
  skipOuter,
} from '../syntax/expressions.ts';
import { K, type Kind } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { callbackForm } from './calls.ts';
import type { FilePart } from './filePart.ts';
import { handlerOutcome } from './handlerOutcome.ts';
import { cannotReject, isHandledChain } from './settled.ts';
import { isGuardedBody } from './guardedBody.ts';
import { holdsCall, isNeverPromise, knownResult } from './knownResults.ts';

/** A use whose value is still to be asked: `question` is the expression, or 0 when `value` is known from syntax alone. */
export interface UseDraft extends ValueUse {
  readonly question: Node;
  /** A handler given by name: the use counts only when it cannot be called. 0 otherwise. */
  readonly handlerQuestion: Node;
  /** The callee's last name, or 0. */
  readonly nameNode: Node;
}

type Place = Pick<ValueUse, 'kind' | 'within'>;

export function collectUses(part: FilePart, needs: ReadonlySet<Need>): UseDraft[] {
  const collector = new UseCollector(part);
  collector.collect(needs);
  return collector.drafts;
}

const TESTING: readonly Kind[] = [
  K.SwitchStatement,
  K.IfStatement,
  K.WhileStatement,
  K.DoStatement,
  K.ForStatement,
  K.ConditionalExpression,
  K.PrefixUnaryExpression,
  K.ElementAccessExpression,
  K.BinaryExpression,
];

class UseCollector {
  readonly drafts: UseDraft[] = [];
  readonly #part: FilePart;
  readonly #tree: SyntaxTree;

  constructor(part: FilePart) {
    this.#part = part;
    this.#tree = part.tree;
  }

  collect(needs: ReadonlySet<Need>): void {
    const tree = this.#tree;
    if (needs.has('discarded')) {
      for (const node of tree.nodesOf(K.ExpressionStatement)) this.#unused(node, 'discarded');
      for (const node of tree.nodesOf(K.AwaitExpression)) this.#awaited(node);
    }
    if (needs.has('voided')) for (const node of tree.nodesOf(K.VoidExpression)) this.#unused(node, 'voided');
    if (needs.has('try-returns')) for (const node of tree.nodesOf(K.ReturnStatement)) this.#returned(node);
    if (needs.has('conditions')) for (const node of tree.nodesOf(...TESTING)) this.#tested(node);
  }

  #unused(node: Node, kind: UseKind): void {
    this.#discarded(this.#tree.child(node, 'expression'), { kind, within: rangeOf(this.#tree, node) });
  }

  /** Values of an expression that nobody takes: every operand that can be the result. */
  #discarded(root: Node, place: Place): void {
    const tree = this.#tree;
    const pending = [root];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const node = skipOuter(tree, next);
      const kind = tree.kind(node);
      if (kind === K.BinaryExpression) {
        const operator = tree.kind(tree.child(node, 'operatorToken'));
        if (PASSES_ON.has(operator)) pending.push(tree.child(node, 'right'));
        // `this.p || (this.p = load())` reads a kept promise on the left; it starts nothing.
        if (operator === K.CommaToken || (PASSES_ON.has(operator) && isCall(tree, tree.child(node, 'left')))) {
          pending.push(tree.child(node, 'left'));
        }
      } else if (kind === K.ConditionalExpression) {
        pending.push(tree.child(node, 'whenFalse'), tree.child(node, 'whenTrue'));
      } else if (kind === K.CallExpression) {
        this.#discardedCall(node, place);
      } else if (MAY_BE_PROMISE.has(kind)) {
        this.#add(place, node, { question: node });
      }
    }
  }

  #discardedCall(call: Node, place: Place): void {
    const tree = this.#tree;
    const chained = chainedCall(tree, call);
    if (chained === undefined) {
      this.#plainCall(call, place);
    } else if (chained.method === 'finally') {
      // What `.finally` returns rejects with what it was called on.
      const receiver = skipOuter(tree, chained.receiver);
      if (tree.kind(receiver) === K.CallExpression && isHandledChain(this.#part, receiver)) return;
      this.#add(place, call, { question: call });
    } else {
      this.#chainedCall(call, chained.method, place);
    }
  }

  #chainedCall(call: Node, method: string, place: Place): void {
    const handler = this.#tree.list(call, 'arguments')[method === 'catch' ? 0 : 1];
    if (handler === undefined) {
      this.#add(place, call, { question: call, uselessHandler: method === 'catch' ? 'missing' : 'none' });
      return;
    }
    switch (handlerOutcome(this.#part, handler)) {
      case 'missing':
        this.#add(place, call, { question: call, uselessHandler: 'missing' });
        return;
      case 'rethrows':
        this.#add(place, call, { question: call, uselessHandler: 'rethrows' });
        return;
      case 'unknown':
        this.#add(place, call, { question: call, uselessHandler: 'missing', handlerQuestion: handler });
        return;
      default:
      // Handled: somebody takes the rejection.
    }
  }

  #plainCall(call: Node, place: Place): void {
    const tree = this.#tree;
    const callee = skipOuter(tree, tree.child(call, 'expression'));
    if (isFunctionLiteral(tree, callee) && isAsync(tree, callee)) {
      if (isGenerator(tree, callee)) return;
      this.#add(place, call, { value: 'promise', iife: isGuardedBody(tree, callee) ? 'guarded' : 'open' });
      return;
    }
    const known = knownResult(this.#part, callee);
    if (known === 'none') return;
    // An async function returns its promise whether or not it also takes a callback.
    this.#add(place, call, known === 'promise' ? { value: 'promise', callback: 'none' } : { question: call });
  }

  /** `await [a(), b()]` and `await xs.map(f)` wait for the array, not for its promises. */
  #awaited(node: Node): void {
    const tree = this.#tree;
    const operand = skipOuter(tree, tree.child(node, 'expression'));
    const kind = tree.kind(operand);
    const isArray = kind === K.ArrayLiteralExpression && tree.list(operand, 'elements').length > 0;
    if (!isArray && !isArrayCall(tree, operand)) return;
    this.#add({ kind: 'awaited-array', within: rangeOf(tree, node) }, operand, { question: operand });
  }

  #returned(statement: Node): void {
    const tree = this.#tree;
    const expression = tree.child(statement, 'expression');
    const kind = expression === 0 ? undefined : this.#leftGuard(statement);
    if (kind !== undefined) this.#operands(expression, { kind, within: rangeOf(tree, statement) });
  }

  /** A try block with a catch clause, or a catch block before a `finally`, of an async function. */
  #leftGuard(statement: Node): UseKind | undefined {
    const tree = this.#tree;
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

  #operands(root: Node, place: Place): void {
    const tree = this.#tree;
    const pending = [root];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const node = skipOuter(tree, next);
      const kind = tree.kind(node);
      if (kind === K.ConditionalExpression) {
        pending.push(tree.child(node, 'whenFalse'), tree.child(node, 'whenTrue'));
      } else if (kind === K.BinaryExpression) {
        if (PASSES_ON.has(tree.kind(tree.child(node, 'operatorToken')))) pending.push(tree.child(node, 'right'));
      } else if ((MAY_BE_PROMISE.has(kind) || kind === K.CallExpression) && !cannotReject(this.#part, node)) {
        this.#add(place, node, this.#valueOf(node));
      }
    }
  }

  #tested(node: Node): void {
    const tree = this.#tree;
    const kind = tree.kind(node);
    switch (kind) {
      case K.SwitchStatement:
        this.#operand(tree.child(node, 'expression'), 'comparison', node);
        return;
      case K.IfStatement:
      case K.WhileStatement:
      case K.DoStatement:
        this.#condition(tree.child(node, 'expression'), 'condition', node);
        return;
      case K.ForStatement:
      case K.ConditionalExpression:
        this.#condition(tree.child(node, 'condition'), 'condition', node);
        return;
      case K.PrefixUnaryExpression:
        if (tree.text.charCodeAt(tree.start(node)) === EXCLAMATION)
          this.#condition(tree.child(node, 'operand'), 'condition', node);
        return;
      case K.ElementAccessExpression:
        this.#operand(tree.child(node, 'argumentExpression'), 'index', node);
        return;
      case K.BinaryExpression:
        this.#binary(node);
    }
  }

  #binary(node: Node): void {
    const tree = this.#tree;
    const operator = tree.kind(tree.child(node, 'operatorToken'));
    if (operator === K.AmpersandAmpersandToken || operator === K.BarBarToken) {
      this.#condition(tree.child(node, 'left'), 'condition', node);
      return;
    }
    const use: UseKind | undefined = COMPARISONS.has(operator)
      ? 'comparison'
      : ARITHMETIC.has(operator)
        ? 'arithmetic'
        : undefined;
    if (use === undefined) return;
    const [left, right] = [tree.child(node, 'left'), tree.child(node, 'right')];
    if (!IDENTITY.has(operator) || isTelling(tree, left, right)) this.#operand(left, use, node);
    if (operator === K.InKeyword) return;
    if (!IDENTITY.has(operator) || isTelling(tree, right, left)) this.#operand(right, use, node);
  }

  /** Operands of `&&`, `||` and `!` inside a condition are visited as nodes of their own. */
  #condition(expression: Node, kind: UseKind, within: Node): void {
    const tree = this.#tree;
    const node = skipOuter(tree, expression);
    const nodeKind = tree.kind(node);
    // Whatever its type says, an element may be missing.
    if (nodeKind === K.ElementAccessExpression) return;
    if (nodeKind === K.BinaryExpression) {
      const operator = tree.kind(tree.child(node, 'operatorToken'));
      if (operator === K.AmpersandAmpersandToken || operator === K.BarBarToken)
        this.#condition(tree.child(node, 'right'), kind, within);
      return;
    }
    if (nodeKind !== K.CallExpression && !MAY_BE_PROMISE.has(nodeKind)) return;
    if (isNeverPromise(this.#part, node)) return;
    this.#addTested(kind, node, within);
  }

  /** Comparisons and arithmetic are everywhere: only calls, and constants that hold a call's result, are worth a question. */
  #operand(expression: Node, kind: UseKind, within: Node): void {
    const tree = this.#tree;
    const node = skipOuter(tree, expression);
    const nodeKind = tree.kind(node);
    if (nodeKind === K.CallExpression || (nodeKind === K.Identifier && holdsCall(this.#part, node)))
      this.#addTested(kind, node, within);
  }

  #addTested(kind: UseKind, node: Node, within: Node): void {
    const value = this.#valueOf(node);
    if (value !== undefined) this.#add({ kind, within: rangeOf(this.#tree, within) }, node, value);
  }

  #valueOf(node: Node): Partial<UseDraft> | undefined {
    const tree = this.#tree;
    if (tree.kind(node) !== K.CallExpression) return { question: node };
    const known = knownResult(this.#part, skipOuter(tree, tree.child(node, 'expression')));
    if (known === 'none') return undefined;
    return known === 'promise' ? { value: 'promise' } : { question: node };
  }

  #add(place: Place, node: Node, known: Partial<UseDraft> | undefined): void {
    if (known === undefined) return;
    const { tree, functions, regions } = this.#part;
    const name = lastName(tree, tree.child(node, 'expression'));
    this.drafts.push({
      ...place,
      function: functions.around(node),
      range: rangeOf(tree, node),
      value: 'unknown',
      text: labelOf(tree, node),
      call: this.#part.callIndex(chainRoot(tree, node)),
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
  }
}

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

/** Handlers of `.then` and `.catch` are no callbacks in this sense. */
function callbackOf(tree: SyntaxTree, node: Node): CallbackForm {
  if (tree.kind(node) !== K.CallExpression || chainedCall(tree, node) !== undefined) return 'none';
  return callbackForm(tree, tree.list(node, 'arguments').at(-1) ?? 0);
}

function isCall(tree: SyntaxTree, node: Node): boolean {
  return tree.kind(skipOuter(tree, node)) === K.CallExpression;
}

/** A kept promise may well be the same as another one: only a plain value on the other side shows that the promise was not meant. */
function isTelling(tree: SyntaxTree, operand: Node, other: Node): boolean {
  const node = skipOuter(tree, operand);
  const isFresh =
    tree.kind(node) === K.CallExpression && tree.textOf(tree.child(node, 'expression')) !== 'Promise.resolve';
  return isFresh || isPlain(tree, other);
}

function isPlain(tree: SyntaxTree, node: Node): boolean {
  return PLAIN.has(tree.kind(skipOuter(tree, node)));
}

const PLAIN: ReadonlySet<number> = new Set([
  K.StringLiteral,
  K.NoSubstitutionTemplateLiteral,
  K.TemplateExpression,
  K.NumericLiteral,
  K.BigIntLiteral,
  K.TrueKeyword,
  K.FalseKeyword,
  K.TypeOfExpression,
]);

const IDENTITY: ReadonlySet<number> = new Set([
  K.EqualsEqualsToken,
  K.EqualsEqualsEqualsToken,
  K.ExclamationEqualsToken,
  K.ExclamationEqualsEqualsToken,
]);

const EXCLAMATION = 33;

/** Operators whose operands can be the value of the whole. */
const PASSES_ON: ReadonlySet<number> = new Set([
  K.CommaToken,
  K.AmpersandAmpersandToken,
  K.BarBarToken,
  K.QuestionQuestionToken,
]);

/** Expressions besides calls that may hold a promise and are no assignment. */
const MAY_BE_PROMISE: ReadonlySet<number> = new Set([
  K.Identifier,
  K.PropertyAccessExpression,
  K.ElementAccessExpression,
  K.NewExpression,
  K.TaggedTemplateExpression,
  K.ArrayLiteralExpression,
]);

const COMPARISONS: ReadonlySet<number> = new Set([
  K.EqualsEqualsToken,
  K.EqualsEqualsEqualsToken,
  K.ExclamationEqualsToken,
  K.ExclamationEqualsEqualsToken,
  K.LessThanToken,
  K.GreaterThanToken,
  K.LessThanEqualsToken,
  K.GreaterThanEqualsToken,
  K.InKeyword,
]);

const ARITHMETIC: ReadonlySet<number> = new Set([
  K.PlusToken,
  K.MinusToken,
  K.AsteriskToken,
  K.SlashToken,
  K.PercentToken,
  K.AsteriskAsteriskToken,
]);
