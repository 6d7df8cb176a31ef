/** `xs.forEach(async (x) => { … })` -> `for (const x of xs) { … }`. */
import type { Fix } from '../../../fixes.ts';
import { isFunctionLiteral, skipOuter, skipOuterUp } from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { sorted, withAwait } from './awaitFix.ts';
import { someInside } from '../lower/handlers.ts';

/** @param node the async callback */
export function writeForOf(tree: SyntaxTree, node: Node): Fix | undefined {
  const callback = skipOuter(tree, node);
  const call = tree.parent(skipOuterUp(tree, node));
  const statement = tree.parent(call);
  if (
    !isFunctionLiteral(tree, callback) ||
    tree.kind(call) !== K.CallExpression ||
    tree.kind(statement) !== K.ExpressionStatement
  )
    return undefined;
  const header = headerOf(tree, call, callback);
  const body = bodyOf(tree, callback);
  if (header === undefined || body === undefined) return undefined;
  const range = { start: tree.start(statement), end: tree.end(statement) };
  const written = withAwait(tree, statement, {
    title: 'Replace forEach by for…of with await',
    edits: [{ range, newText: `${header} ${body}` }],
  });
  return written === undefined ? undefined : { ...written, edits: sorted(written.edits) };
}

function headerOf(tree: SyntaxTree, call: Node, callback: Node): string | undefined {
  const callee = skipOuter(tree, tree.child(call, 'expression'));
  // `xs?.forEach` would need a guard of its own.
  if (tree.kind(callee) !== K.PropertyAccessExpression || tree.child(callee, 'questionDotToken') !== 0)
    return undefined;
  if (tree.list(call, 'arguments').length !== 1) return undefined;
  const source = tree.textOf(tree.child(callee, 'expression'));
  const names = tree.list(callback, 'parameters').map((parameter) => tree.textOf(tree.child(parameter, 'name')));
  const [item = '_', index] = names;
  if (names.length > 2) return undefined;
  return index === undefined
    ? `for (const ${item} of ${source})`
    : `for (const [${index}, ${item}] of ${source}.entries())`;
}

/** `return;` means "next one" in the callback and `continue` in a loop; a returned value has no meaning there. */
function bodyOf(tree: SyntaxTree, callback: Node): string | undefined {
  const body = tree.child(callback, 'body');
  if (tree.kind(body) !== K.Block) return `{ ${tree.textOf(body)}; }`;
  const returns: Node[] = [];
  const usesThis = someInside(tree, body, (node) => {
    if (tree.kind(node) === K.ReturnStatement) returns.push(node);
    return tree.kind(node) === K.ThisKeyword && tree.kind(callback) === K.FunctionExpression;
  });
  if (usesThis || returns.some((node) => tree.child(node, 'expression') !== 0 || isInLoop(tree, node, body)))
    return undefined;
  let text = tree.textOf(body);
  const offset = tree.start(body);
  for (const node of returns.toReversed()) {
    text = `${text.slice(0, tree.start(node) - offset)}continue;${text.slice(tree.end(node) - offset)}`;
  }
  return text;
}

function isInLoop(tree: SyntaxTree, node: Node, body: Node): boolean {
  for (let at = tree.parent(node); at > body; at = tree.parent(at)) {
    const kind = tree.kind(at);
    if (LOOPS.has(kind)) return true;
  }
  return false;
}

const LOOPS: ReadonlySet<number> = new Set([
  K.ForStatement,
  K.ForOfStatement,
  K.ForInStatement,
  K.WhileStatement,
  K.DoStatement,
  K.SwitchStatement,
]);
