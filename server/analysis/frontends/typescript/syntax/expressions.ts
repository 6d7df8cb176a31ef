/** Small questions about expressions that several parts of the lowering ask. */
import type { Range } from '../../../finding.ts';
import { K, type Kind } from './kinds.ts';
import type { Node, SyntaxTree } from './tree.ts';

/** Kinds of functions; a body may still be missing. */
export const functionKinds: readonly Kind[] = [
  K.FunctionDeclaration,
  K.FunctionExpression,
  K.ArrowFunction,
  K.MethodDeclaration,
  K.Constructor,
  K.GetAccessor,
  K.SetAccessor,
  K.ClassStaticBlockDeclaration,
];

const FUNCTIONS: ReadonlySet<number> = new Set(functionKinds);

export function isFunction(tree: SyntaxTree, node: Node): boolean {
  return FUNCTIONS.has(tree.kind(node));
}

/** Function expressions and arrows: functions that are values where they stand. */
export function isFunctionLiteral(tree: SyntaxTree, node: Node): boolean {
  const kind = tree.kind(node);
  return kind === K.ArrowFunction || kind === K.FunctionExpression;
}

/** Nearest function around a node, or 1 (the source file). */
export function enclosingFunction(tree: SyntaxTree, node: Node): Node {
  let at = tree.parent(node);
  while (at > 1 && !isFunction(tree, at)) at = tree.parent(at);
  return Math.max(at, 1);
}

/** Whether a node below passes, nested functions left out. */
export function someInside(tree: SyntaxTree, root: Node, test: (node: Node) => boolean): boolean {
  const end = tree.subtreeEnd(root);
  for (let node = root + 1; node < end;) {
    if (isFunction(tree, node)) node = tree.subtreeEnd(node);
    else if (test(node)) return true;
    else node++;
  }
  return false;
}

/** Looks through parentheses, type assertions, `!`, and the `(0, f)` that compilers write. */
export function skipOuter(tree: SyntaxTree, node: Node): Node {
  let at = node;
  for (;;) {
    if (isTransparent(tree.kind(at))) at = tree.child(at, 'expression');
    else if (isDetachedCallee(tree, at)) at = tree.child(at, 'right');
    else return at;
  }
}

/** Goes up through what `skipOuter` looks through. */
export function skipOuterUp(tree: SyntaxTree, node: Node): Node {
  let at = node;
  for (;;) {
    const parent = tree.parent(at);
    const isOuter =
      isTransparent(tree.kind(parent)) || (isDetachedCallee(tree, parent) && tree.child(parent, 'right') === at);
    if (!isOuter) return at;
    at = parent;
  }
}

/** `0, module.f`: calls `f` without `module` as its `this`. */
function isDetachedCallee(tree: SyntaxTree, node: Node): boolean {
  if (tree.kind(node) !== K.BinaryExpression || tree.kind(tree.child(node, 'operatorToken')) !== K.CommaToken)
    return false;
  return tree.kind(tree.child(node, 'left')) === K.NumericLiteral;
}

function isTransparent(kind: number): boolean {
  return (
    kind === K.ParenthesizedExpression ||
    kind === K.NonNullExpression ||
    kind === K.AsExpression ||
    kind === K.SatisfiesExpression ||
    kind === K.TypeAssertionExpression
  );
}

export function hasModifier(tree: SyntaxTree, node: Node, modifier: number): boolean {
  return tree.list(node, 'modifiers').some((item) => tree.kind(item) === modifier);
}

/** The type annotation of a declaration or function, or 0. TypeScript 7 puts types out of documentation comments in the same place. */
export function writtenType(tree: SyntaxTree, node: Node): Node {
  const type = tree.child(node, 'type');
  return type === 0 || tree.pos(type) < tree.start(node) ? 0 : type;
}

/** Like `hasModifier`, without those that only a documentation comment names, such as `@private`. */
export function hasWrittenModifier(tree: SyntaxTree, node: Node, modifier: number): boolean {
  const start = tree.start(node);
  return tree.list(node, 'modifiers').some((item) => tree.kind(item) === modifier && tree.start(item) >= start);
}

export function isAsync(tree: SyntaxTree, fn: Node): boolean {
  return hasModifier(tree, fn, K.AsyncKeyword);
}

export function isGenerator(tree: SyntaxTree, fn: Node): boolean {
  return tree.child(fn, 'asteriskToken') !== 0;
}

/** The node that carries a callee's last name: the identifier, or the name of a property access; 0 for computed callees. */
export function lastName(tree: SyntaxTree, callee: Node): Node {
  const expression = skipOuter(tree, callee);
  const kind = tree.kind(expression);
  if (kind === K.Identifier) return expression;
  return kind === K.PropertyAccessExpression ? tree.child(expression, 'name') : 0;
}

/** Text of an identifier, private name or string literal used as a name; '' otherwise. */
export function nameText(tree: SyntaxTree, node: Node): string {
  const kind = tree.kind(node);
  if (kind === K.Identifier || kind === K.PrivateIdentifier || kind === K.NumericLiteral) return tree.textOf(node);
  if (kind === K.StringLiteral || kind === K.NoSubstitutionTemplateLiteral) return tree.textOf(node).slice(1, -1);
  return '';
}

/** `catch`, `then` or `finally` and its receiver, when the call is a method call of that name; else `undefined`. */
export function chainedCall(
  tree: SyntaxTree,
  call: Node,
): { readonly method: string; readonly receiver: Node; readonly name: Node } | undefined {
  if (tree.kind(call) !== K.CallExpression) return undefined;
  const callee = skipOuter(tree, tree.child(call, 'expression'));
  if (tree.kind(callee) !== K.PropertyAccessExpression) return undefined;
  const name = tree.child(callee, 'name');
  const length = tree.end(name) - tree.start(name);
  if (length < 4 || length > 7) return undefined;
  const method = tree.textOf(name);
  if (method !== 'catch' && method !== 'then' && method !== 'finally') return undefined;
  return { method, receiver: tree.child(callee, 'expression'), name };
}

export function rangeOf(tree: SyntaxTree, node: Node): Range {
  return { start: tree.start(node), end: tree.end(node) };
}

const MAX_LABEL = 60;

/** Source text on one line for messages: arguments that are functions or long are shortened. */
export function labelOf(tree: SyntaxTree, node: Node): string {
  const expression = skipOuter(tree, node);
  if (tree.kind(expression) === K.CallExpression) {
    const callee = tree.child(expression, 'expression');
    const isShort = tree.list(expression, 'arguments').length === 0;
    return `${shortened(calleeText(tree, callee))}(${isShort ? '' : '…'})`;
  }
  return shortened(tree.textOf(expression));
}

/** Dotted text of a callee, with calls inside it shortened: `fetch(…).then`. */
export function calleeText(tree: SyntaxTree, callee: Node): string {
  const links: Node[] = [];
  let at = skipOuter(tree, callee);
  while (isLink(tree, at)) {
    links.push(at);
    at = skipOuter(tree, tree.child(at, 'expression'));
  }
  const isCalled = links.length === 0 || tree.kind(links.at(-1) ?? 0) === K.CallExpression;
  let text = isCalled && isFunctionLiteral(tree, at) ? functionText(tree, at) : shortened(tree.textOf(at));
  // A text that was cut stays as it is, however long the chain.
  for (let link = links.pop(); link !== undefined && !isCut(text); link = links.pop())
    text = shortened(text + linkText(tree, link));
  return text;
}

function isCut(text: string): boolean {
  return text.length === MAX_LABEL && text.endsWith('…');
}

function isLink(tree: SyntaxTree, node: Node): boolean {
  return tree.kind(node) === K.PropertyAccessExpression || tree.kind(node) === K.CallExpression;
}

function linkText(tree: SyntaxTree, link: Node): string {
  if (tree.kind(link) === K.PropertyAccessExpression) return `.${tree.textOf(tree.child(link, 'name'))}`;
  return tree.list(link, 'arguments').length === 0 ? '()' : '(…)';
}

function functionText(tree: SyntaxTree, fn: Node): string {
  return isAsync(tree, fn) ? '(async function)' : '(function)';
}

function shortened(text: string): string {
  const line = text
    .slice(0, 4 * MAX_LABEL)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= MAX_LABEL ? line : `${line.slice(0, MAX_LABEL - 1)}…`;
}

/** Operators whose operands can be the value of the whole. */
export function passesOn(operator: Kind): boolean {
  return PASSES_ON.has(operator);
}

const PASSES_ON: ReadonlySet<number> = new Set([
  K.CommaToken,
  K.AmpersandAmpersandToken,
  K.BarBarToken,
  K.QuestionQuestionToken,
]);

/** A variable that keeps the value it is declared with. */
export function isConstant(tree: SyntaxTree, declaration: Node): boolean {
  return (
    tree.kind(declaration) === K.VariableDeclaration &&
    tree.text.startsWith('const', tree.start(tree.parent(declaration)))
  );
}

/** Statements that `break` and `continue` are for. */
export const loopKinds: ReadonlySet<number> = new Set([
  K.ForStatement,
  K.ForInStatement,
  K.ForOfStatement,
  K.WhileStatement,
  K.DoStatement,
]);
