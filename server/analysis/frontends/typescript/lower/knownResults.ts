/**
 * What syntax alone tells about results, so that the compiler is asked only what it alone knows. Every answer here must agree
 * with the type the compiler would give; when in doubt the answer is `ask`.
 */
import {
  isAsync,
  isConstant,
  isFunction,
  isFunctionLiteral,
  isGenerator,
  nameText,
  skipOuter,
  someInside,
  writtenType,
} from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Scopes } from '../syntax/scopes.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { functionOfMember } from './targets.ts';

export type KnownResult = 'promise' | 'none' | 'ask';

interface Syntax {
  readonly tree: SyntaxTree;
  readonly scopes: Scopes;
}

/** @param callee with outer parentheses skipped */
export function knownResult(syntax: Syntax, callee: Node): KnownResult {
  const { tree, scopes } = syntax;
  switch (tree.kind(callee)) {
    case K.SuperKeyword:
      return 'none';
    case K.Identifier: {
      const declaration = scopes.declarationOf(callee);
      if (declaration === undefined) return SILENT_GLOBALS.has(tree.textOf(callee)) ? 'none' : 'ask';
      const fn = declaredFunction(syntax, declaration.node);
      return fn === 0 ? 'ask' : functionResult(tree, fn);
    }
    case K.PropertyAccessExpression:
      return memberResult(syntax, callee);
    default:
      return 'ask';
  }
}

function memberResult(syntax: Syntax, callee: Node): KnownResult {
  const { tree, scopes } = syntax;
  const object = skipOuter(tree, tree.child(callee, 'expression'));
  const kind = tree.kind(object);
  if (kind === K.ThisKeyword) return ownMethodResult(syntax, callee);
  if (kind !== K.Identifier || !SILENT_OBJECTS.has(tree.textOf(object))) return 'ask';
  return scopes.declarationOf(object) === undefined ? 'none' : 'ask';
}

/** `this.refresh()` where the class itself declares `refresh` once, with a body. */
function ownMethodResult({ tree, scopes }: Syntax, callee: Node): KnownResult {
  const name = nameText(tree, tree.child(callee, 'name'));
  let at = tree.parent(callee);
  while (at > 1 && tree.kind(at) !== K.ClassDeclaration && tree.kind(at) !== K.ClassExpression) {
    // Inside a plain function `this` is something else.
    if (
      tree.kind(at) === K.FunctionDeclaration ||
      tree.kind(at) === K.FunctionExpression ||
      tree.kind(at) === K.ObjectLiteralExpression
    )
      return 'ask';
    at = tree.parent(at);
  }
  if (at <= 1) return 'ask';
  const members = scopes.membersNamed(at, name);
  const [only] = members;
  if (only === undefined || members.length > 1 || tree.kind(only) !== K.MethodDeclaration) return 'ask';
  const fn = functionOfMember(tree, only);
  return fn === 0 ? 'ask' : functionResult(tree, fn);
}

/** The one function a declaration is bound to; 0 when it is none, overloaded, or can be assigned again. */
function declaredFunction({ tree }: Syntax, declaration: Node): Node {
  // The first of several overloads is declared, and it has no body.
  if (tree.kind(declaration) === K.FunctionDeclaration) return tree.child(declaration, 'body') === 0 ? 0 : declaration;
  if (!isConstant(tree, declaration) || writtenType(tree, declaration) !== 0) return 0;
  const value = skipOuter(tree, tree.child(declaration, 'initializer'));
  return isFunctionLiteral(tree, value) ? value : 0;
}

/** Result of calling a function whose declaration is known. */
function functionResult(tree: SyntaxTree, fn: Node): KnownResult {
  if (isGenerator(tree, fn)) return 'none';
  if (isAsync(tree, fn)) return 'promise';
  const type = writtenType(tree, fn);
  if (type !== 0) return PLAIN_TYPES.has(tree.kind(type)) ? 'none' : 'ask';
  const body = tree.child(fn, 'body');
  if (tree.kind(body) !== K.Block) return 'ask';
  const returnsValue = someInside(
    tree,
    body,
    (node) => tree.kind(node) === K.ReturnStatement && tree.child(node, 'expression') !== 0,
  );
  return returnsValue ? 'ask' : 'none';
}

/** Whether an expression in a condition certainly holds no promise. */
export function isNeverPromise({ tree, scopes }: Syntax, node: Node): boolean {
  if (tree.kind(node) === K.ArrayLiteralExpression) return true;
  if (tree.kind(node) !== K.Identifier) return false;
  const declaration = scopes.declarationOf(node);
  if (declaration === undefined) return tree.textOf(node) === 'undefined' || tree.textOf(node) === 'NaN';
  const type = writtenType(tree, declaration.node);
  if (type !== 0) return PLAIN_TYPES.has(tree.kind(type));
  const kind = tree.kind(declaration.node);
  if (kind === K.FunctionDeclaration || kind === K.ClassDeclaration || kind === K.EnumDeclaration) return true;
  if (kind !== K.VariableDeclaration) return false;
  // An element may be missing, whatever its type says; its type still counts where it is not merely tested.
  return PLAIN_OR_MISSING.has(tree.kind(skipOuter(tree, tree.child(declaration.node, 'initializer'))));
}

/** Whether a name is a constant that holds the un-awaited result of a call. */
export function holdsCall({ tree, scopes }: Syntax, identifier: Node): boolean {
  const declaration = scopes.declarationOf(identifier);
  if (declaration === undefined || tree.kind(declaration.node) !== K.VariableDeclaration) return false;
  const value = skipOuter(tree, tree.child(declaration.node, 'initializer'));
  return tree.kind(value) === K.CallExpression && !isFunction(tree, declaration.node);
}

const PLAIN_TYPES: ReadonlySet<number> = new Set([
  K.VoidKeyword,
  K.StringKeyword,
  K.NumberKeyword,
  K.BooleanKeyword,
  K.BigIntKeyword,
  K.SymbolKeyword,
  K.NeverKeyword,
]);

const PLAIN_VALUES: ReadonlySet<number> = new Set([
  K.StringLiteral,
  K.NoSubstitutionTemplateLiteral,
  K.TemplateExpression,
  K.NumericLiteral,
  K.BigIntLiteral,
  K.TrueKeyword,
  K.FalseKeyword,
  K.NullKeyword,
  K.RegularExpressionLiteral,
  K.ArrayLiteralExpression,
  K.ObjectLiteralExpression,
  K.ArrowFunction,
  K.FunctionExpression,
  K.ClassExpression,
  K.TypeOfExpression,
  K.PrefixUnaryExpression,
]);

const PLAIN_OR_MISSING: ReadonlySet<number> = new Set([...PLAIN_VALUES, K.ElementAccessExpression]);

/** Functions of the platform that return no promise. */
const SILENT_GLOBALS: ReadonlySet<string> = new Set([
  'require',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'queueMicrotask',
  'parseInt',
  'parseFloat',
  'isNaN',
  'String',
  'Number',
  'Boolean',
  'alert',
]);

const SILENT_OBJECTS: ReadonlySet<string> = new Set(['console', 'Math', 'JSON', 'Object', 'Number', 'Date']);
