/** Where a fix applies: nodes by range, indentation, and what stands around a place. */
import type { Range } from '../../../finding.ts';
import { enclosingFunction, isAsync, isGenerator } from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';

/** Outermost node that has exactly this range (0 if none). */
export function nodeAt(tree: SyntaxTree, { start, end }: Range): Node {
  for (let node = 1; node < tree.count; node++) {
    if (tree.end(node) === end && !tree.isList(node) && tree.pos(node) <= start && tree.start(node) === start)
      return node;
  }
  return 0;
}

/** The line break and indentation before a place, as this file writes them. */
export function indentationAt(tree: SyntaxTree, offset: number): string {
  const lineStart = tree.text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(tree.text.slice(lineStart, offset))?.[0] ?? '';
}

/** One more level of indentation than the given one, in the file's own style. */
export function deeper(tree: SyntaxTree, indentation: string): string {
  const unit = /\n(\t| {2,8})\S/.exec(tree.text)?.[1] ?? '  ';
  return indentation + unit;
}

export function lineBreak(tree: SyntaxTree): string {
  return tree.text.includes('\r\n') ? '\r\n' : '\n';
}

/** What `await` needs at a place. */
export type AwaitContext =
  | { readonly kind: 'ready' }
  /** The function around is not async: `insertAt` is where `async ` goes, `name` what its callers call, '' for callbacks. */
  | { readonly kind: 'make-async'; readonly fn: Node; readonly insertAt: number; readonly name: string }
  /** Constructors, accessors, generators, static blocks, parameter defaults: `await` cannot be made to work. */
  | { readonly kind: 'impossible' };

export function awaitContext(tree: SyntaxTree, node: Node): AwaitContext {
  const fn = enclosingFunction(tree, node);
  if (fn === 1) return isModule(tree) ? { kind: 'ready' } : { kind: 'impossible' };
  if (isInParameters(tree, fn, node)) return { kind: 'impossible' };
  if (isAsync(tree, fn)) return { kind: 'ready' };
  const kind = tree.kind(fn);
  const isOrdinary =
    kind === K.FunctionDeclaration ||
    kind === K.FunctionExpression ||
    kind === K.ArrowFunction ||
    kind === K.MethodDeclaration;
  if (!isOrdinary || isGenerator(tree, fn)) return { kind: 'impossible' };
  return { kind: 'make-async', fn, insertAt: asyncPosition(tree, fn), name: functionName(tree, fn) };
}

/** Top-level await needs a module: something imported or exported. */
function isModule(tree: SyntaxTree): boolean {
  return tree.list(1, 'statements').some((statement) => {
    const kind = tree.kind(statement);
    if (kind === K.ImportDeclaration || kind === K.ExportDeclaration || kind === K.ExportAssignment) return true;
    return tree.list(statement, 'modifiers').some((modifier) => tree.kind(modifier) === K.ExportKeyword);
  });
}

function isInParameters(tree: SyntaxTree, fn: Node, node: Node): boolean {
  const body = tree.child(fn, 'body');
  return node < body || node >= tree.subtreeEnd(body);
}

/** Before `function`, the arrow's parameters, or the method's name: behind all modifiers. */
function asyncPosition(tree: SyntaxTree, fn: Node): number {
  const modifiers = tree.list(fn, 'modifiers');
  const last = modifiers.at(-1);
  if (last === undefined) return tree.start(fn);
  const text = tree.text;
  let at = tree.end(last);
  while (at < text.length && /\s/.test(text.charAt(at))) at++;
  return at;
}

function functionName(tree: SyntaxTree, fn: Node): string {
  const own = tree.child(fn, 'name');
  if (own !== 0) return tree.textOf(own);
  const owner = tree.parent(fn);
  const name = tree.child(owner, 'name');
  return name === 0 ? '' : tree.textOf(name);
}
