/** `return p;` and `void p;`. */
import type { Fix } from '../../../fixes.ts';
import { enclosingFunction, isAsync } from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { insert } from './awaitFix.ts';

/** Only the last statement of a function's own block: anywhere else `return` would cut the rest off. */
export function writeReturn(tree: SyntaxTree, statement: Node): Fix | undefined {
  if (tree.kind(statement) !== K.ExpressionStatement) return undefined;
  const fn = enclosingFunction(tree, statement);
  const block = tree.parent(statement);
  const isLast = tree.elements(tree.child(block, 'statements')).at(-1) === statement;
  if (fn === 1 || !isLast || tree.parent(block) !== fn || returnsNothing(tree, fn)) return undefined;
  return { title: 'Return the promise', kind: 'suggestion', edits: [insert(tree.start(statement), 'return ')] };
}

/** Constructors and setters return nothing, and a declared `void` result forbids it. */
function returnsNothing(tree: SyntaxTree, fn: Node): boolean {
  const kind = tree.kind(fn);
  if (kind === K.Constructor || kind === K.SetAccessor || kind === K.ClassStaticBlockDeclaration) return true;
  const type = tree.child(fn, 'type');
  return type !== 0 && !isAsync(tree, fn) && tree.kind(type) === K.VoidKeyword;
}

export function writeVoid(tree: SyntaxTree, node: Node): Fix | undefined {
  if (tree.kind(tree.parent(node)) !== K.ExpressionStatement) return undefined;
  return { title: 'Mark as not awaited with void', kind: 'suggestion', edits: [insert(tree.start(node), 'void ')] };
}
