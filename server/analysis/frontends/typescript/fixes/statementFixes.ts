/** `return p;` and `void p;`. */
import type { Fix } from '../../../fixes.ts';
import { enclosingFunction, isAsync, isGenerator, skipOuter, writtenType } from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { isAnswering } from './awaitContext.ts';
import { insert, isPromiseType } from './awaitFix.ts';

/** Only the last statement of a function's own block: anywhere else `return` would cut the rest off. */
export function writeReturn(tree: SyntaxTree, statement: Node): Fix | undefined {
  if (tree.kind(statement) !== K.ExpressionStatement) return undefined;
  const fn = enclosingFunction(tree, statement);
  const block = tree.parent(statement);
  const isLast = tree.elements(tree.child(block, 'statements')).at(-1) === statement;
  if (fn === 1 || !isLast || tree.parent(block) !== fn || !mayReturnPromise(tree, fn)) return undefined;
  if (isSequence(tree, tree.child(statement, 'expression'))) return undefined;
  return { title: 'Return the promise', kind: 'suggestion', edits: [insert(tree.start(statement), 'return ')] };
}

/** Constructors and accessors return no promise, a generator's result is not what its caller gets, and a declared type decides. */
function mayReturnPromise(tree: SyntaxTree, fn: Node): boolean {
  const kind = tree.kind(fn);
  if (kind === K.Constructor || kind === K.SetAccessor || kind === K.GetAccessor) return false;
  if (kind === K.ClassStaticBlockDeclaration || (isGenerator(tree, fn) && !isAsync(tree, fn))) return false;
  if (isAnswering(tree, fn)) return false;
  const type = writtenType(tree, fn);
  return type === 0 || isPromiseType(tree, type) || tree.kind(type) === K.AnyKeyword;
}

/** `a(), b()` has the value of `b()` alone. */
function isSequence(tree: SyntaxTree, expression: Node): boolean {
  return tree.kind(tree.child(skipOuter(tree, expression), 'operatorToken')) === K.CommaToken;
}

export function writeVoid(tree: SyntaxTree, node: Node): Fix | undefined {
  if (tree.kind(tree.parent(node)) !== K.ExpressionStatement) return undefined;
  return { title: 'Mark as not awaited with void', kind: 'suggestion', edits: [insert(tree.start(node), 'void ')] };
}
