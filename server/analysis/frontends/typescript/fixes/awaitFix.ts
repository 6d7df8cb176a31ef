/** `await` and `await Promise.all(…)`, with parentheses and `async` where they are needed. */
import type { Fix, TextEdit } from '../../../fixes.ts';
import { skipOuterUp, writtenType } from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { awaitContext, type AwaitContext } from './awaitContext.ts';
import { semicolonGuard } from './places.ts';

export function writeAwait(tree: SyntaxTree, node: Node): Fix | undefined {
  return withAwait(tree, node, { title: 'Add await', edits: awaitEdits(tree, node, { before: '', after: '' }) });
}

/** Arrays: waits for all elements. An `await` of the array itself keeps its own keyword. */
export function writeAwaitAll(tree: SyntaxTree, node: Node): Fix | undefined {
  const outer = skipOuterUp(tree, node);
  const isAwaited = tree.kind(tree.parent(outer)) === K.AwaitExpression;
  const wrapped = { before: 'Promise.all(', after: ')' };
  const edits = isAwaited ? wrap(tree, outer, wrapped) : awaitEdits(tree, node, wrapped);
  return withAwait(tree, node, { title: isAwaited ? 'Wrap in Promise.all' : 'Add await Promise.all', edits });
}

interface Wrapping {
  readonly before: string;
  readonly after: string;
}

interface Draft {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** Adds `async` to the enclosing function when it lacks it, and says what that means for its callers. */
export function withAwait(tree: SyntaxTree, node: Node, { title, edits }: Draft): Fix | undefined {
  const context = awaitContext(tree, node);
  if (context.kind === 'impossible') return undefined;
  if (context.kind === 'ready') return { title, kind: 'suggestion', edits };
  return {
    title: `${title} (${consequence(context.name)})`,
    kind: 'suggestion',
    edits: sorted([...asyncEdits(tree, context), ...edits]),
  };
}

function consequence(name: string): string {
  return name === ''
    ? 'makes the callback async: who calls it must handle its promise'
    : `makes \`${name}\` async: its callers must await it`;
}

/** `async`, and `Promise<…>` around a declared result type. */
function asyncEdits(tree: SyntaxTree, context: Extract<AwaitContext, { kind: 'make-async' }>): TextEdit[] {
  const edits: TextEdit[] = [insert(context.insertAt, 'async ')];
  const type = writtenType(tree, context.fn);
  if (type === 0 || isPromiseType(tree, type)) return edits;
  // A union of promises, or an alias that looks like one, is unwrapped first.
  const [open, close] = /\bPromise/.test(tree.textOf(type)) ? ['Promise<Awaited<', '>>'] : ['Promise<', '>'];
  return [...edits, insert(tree.start(type), open), insert(tree.end(type), close)];
}

/** `Promise<…>` itself: the only result type that an async function may declare. */
export function isPromiseType(tree: SyntaxTree, type: Node): boolean {
  return tree.kind(type) === K.TypeReference && tree.textOf(tree.child(type, 'typeName')) === 'Promise';
}

function awaitEdits(tree: SyntaxTree, node: Node, { before, after }: Wrapping): TextEdit[] {
  const [open, close] = needsParentheses(tree, node) ? ['(', ')'] : ['', ''];
  const [innerOpen, innerClose] = before === '' && bindsLooser(tree, node) ? ['(', ')'] : ['', ''];
  return wrap(tree, node, {
    before: `${open === '' ? '' : semicolonGuard(tree, node)}${open}await ${before}${innerOpen}`,
    after: `${innerClose}${after}${close}`,
  });
}

function wrap(tree: SyntaxTree, node: Node, { before, after }: Wrapping): TextEdit[] {
  const start = insert(tree.start(node), before);
  return after === '' ? [start] : [start, insert(tree.end(node), after)];
}

/** `await x` binds looser than member access, calls and `**`. */
export function needsParentheses(tree: SyntaxTree, node: Node): boolean {
  const parent = tree.parent(node);
  const kind = tree.kind(parent);
  if (kind === K.PropertyAccessExpression || kind === K.NonNullExpression) return true;
  if (kind === K.ElementAccessExpression || kind === K.CallExpression || kind === K.TaggedTemplateExpression) {
    return tree.firstChild(parent) === node;
  }
  return kind === K.BinaryExpression && tree.kind(tree.child(parent, 'operatorToken')) === K.AsteriskAsteriskToken;
}

/** Operands that `await` would take only a part of. */
export function bindsLooser(tree: SyntaxTree, node: Node): boolean {
  const kind = tree.kind(node);
  return (
    kind === K.BinaryExpression ||
    kind === K.ConditionalExpression ||
    kind === K.ArrowFunction ||
    kind === K.YieldExpression
  );
}

export function insert(offset: number, newText: string): TextEdit {
  return { range: { start: offset, end: offset }, newText };
}

export function sorted(edits: readonly TextEdit[]): TextEdit[] {
  return edits.toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
}
