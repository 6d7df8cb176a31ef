/** `xs.forEach(async (x) => { … })` -> `for (const x of xs) { … }`. */
import type { Fix } from '../../../fixes.ts';
import { isFunctionLiteral, loopKinds, skipOuter, skipOuterUp, someInside } from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { Scopes } from '../syntax/scopes.ts';
import { withAwait } from './awaitFix.ts';

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
  return withAwait(tree, statement, {
    title: 'Replace forEach by for…of with await',
    edits: [{ range, newText: `${header} ${body}` }],
  });
}

function headerOf(tree: SyntaxTree, call: Node, callback: Node): string | undefined {
  const callee = skipOuter(tree, tree.child(call, 'expression'));
  // `xs?.forEach` would need a guard of its own.
  if (tree.kind(callee) !== K.PropertyAccessExpression || tree.child(callee, 'questionDotToken') !== 0)
    return undefined;
  if (tree.list(call, 'arguments').length !== 1) return undefined;
  const source = tree.textOf(tree.child(callee, 'expression'));
  const parameters = tree.list(callback, 'parameters');
  // Defaults and rest parameters have no place in the head of a loop.
  if (parameters.length > 2 || parameters.some((parameter) => !isPlain(tree, parameter))) return undefined;
  const names = parameters.map((parameter) => tree.child(parameter, 'name'));
  if (names.some((name) => namesIn(tree, name).some((text) => mentions(source, text)))) return undefined;
  const keyword = parameters.some((parameter) => isAssigned(tree, parameter)) ? 'let' : 'const';
  const [item = '_', index] = names.map((name) => tree.textOf(name));
  return index === undefined
    ? `for (${keyword} ${item} of ${source})`
    : `for (${keyword} [${index}, ${item}] of ${source}.entries())`;
}

function isPlain(tree: SyntaxTree, parameter: Node): boolean {
  return tree.child(parameter, 'initializer') === 0 && tree.child(parameter, 'dotDotDotToken') === 0;
}

/** Identifiers of a parameter's name, which may be a pattern. */
function namesIn(tree: SyntaxTree, name: Node): string[] {
  const end = tree.subtreeEnd(name);
  return tree
    .nodesOf(K.Identifier)
    .filter((node) => node >= name && node < end)
    .map((node) => tree.textOf(node));
}

/** The loop's names are declared before its source is read: `for (const xs of xs)` fails. */
function mentions(source: string, name: string): boolean {
  return source.split(/[^\p{ID_Continue}$]+/u).includes(name);
}

/** Whether the body gives a parameter another value. Patterns count as a whole: `let` does no harm. */
function isAssigned(tree: SyntaxTree, parameter: Node): boolean {
  const name = tree.child(parameter, 'name');
  if (tree.kind(name) !== K.Identifier) return true;
  const scopes = new Scopes(tree);
  const declaration = scopes.lookUp(tree.textOf(name), name);
  return declaration !== undefined && scopes.referencesTo(declaration).some((node) => isWritten(tree, node));
}

function isWritten(tree: SyntaxTree, reference: Node): boolean {
  const parent = tree.parent(reference);
  const kind = tree.kind(parent);
  if (kind === K.BinaryExpression) {
    const operator = tree.textOf(tree.child(parent, 'operatorToken'));
    return tree.child(parent, 'left') === reference && operator.endsWith('=') && !COMPARISONS.has(operator);
  }
  return UPDATES.has(kind) && /^(\+\+|--)|(\+\+|--)$/.test(tree.textOf(parent));
}

const COMPARISONS: ReadonlySet<string> = new Set(['==', '===', '!=', '!==', '<=', '>=']);
const UPDATES: ReadonlySet<number> = new Set([K.PrefixUnaryExpression, K.PostfixUnaryExpression]);

/** `return;` means "next one" in the callback and `continue` in a loop; a returned value has no meaning there. */
function bodyOf(tree: SyntaxTree, callback: Node): string | undefined {
  const body = tree.child(callback, 'body');
  if (tree.kind(body) !== K.Block)
    return `{ ${tree.kind(body) === K.CallExpression ? 'await ' : ''}${tree.textOf(body)}; }`;
  const returns: Node[] = [];
  const needsFunction = someInside(tree, body, (node) => {
    if (tree.kind(node) === K.ReturnStatement) returns.push(node);
    return isBoundToFunction(tree, node, callback);
  });
  if (needsFunction || returns.some((node) => tree.child(node, 'expression') !== 0 || isInLoop(tree, node, body)))
    return undefined;
  let text = tree.textOf(body);
  const offset = tree.start(body);
  for (const node of returns.toReversed()) {
    text = `${text.slice(0, tree.start(node) - offset)}continue;${text.slice(tree.end(node) - offset)}`;
  }
  return text;
}

/** `this` and `arguments` of a function of its own, and `var`, which would leave the loop. */
function isBoundToFunction(tree: SyntaxTree, node: Node, callback: Node): boolean {
  const kind = tree.kind(node);
  if (kind === K.VariableDeclarationList) return tree.text.startsWith('var', tree.start(node));
  if (tree.kind(callback) !== K.FunctionExpression) return false;
  return kind === K.ThisKeyword || (kind === K.Identifier && tree.textOf(node) === 'arguments');
}

function isInLoop(tree: SyntaxTree, node: Node, body: Node): boolean {
  for (let at = tree.parent(node); at > body; at = tree.parent(at)) {
    const kind = tree.kind(at);
    if (loopKinds.has(kind) || kind === K.SwitchStatement) return true;
  }
  return false;
}
