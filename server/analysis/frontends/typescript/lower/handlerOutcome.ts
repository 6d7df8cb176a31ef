/** What becomes of an error in a catch block or rejection handler. */
import type { HandlerOutcome } from '../../../facts.ts';
import { isConstant, isFunctionLiteral, loopKinds, skipOuter, someInside } from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Scopes } from '../syntax/scopes.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';

export interface HandlerSyntax {
  readonly tree: SyntaxTree;
  readonly scopes: Scopes;
}

/** What a handler expression does with the error. */
export function handlerOutcome({ tree, scopes }: HandlerSyntax, handler: Node): HandlerOutcome {
  const expression = skipOuter(tree, handler);
  const kind = tree.kind(expression);
  if (isFunctionLiteral(tree, expression)) return functionOutcome(tree, expression);
  if (carriesNothing(tree, expression) || kind === K.ObjectLiteralExpression) return 'missing';
  if (kind !== K.Identifier) return 'unknown';
  const name = tree.textOf(expression);
  if (name === 'noop') return 'empty';
  const declared = scopes.declarationOf(expression)?.node ?? 0;
  if (tree.kind(declared) === K.FunctionDeclaration) return functionOutcome(tree, declared);
  // The initializer of a parameter is only its default, and a variable may be assigned again.
  const value = isConstant(tree, declared) ? skipOuter(tree, tree.child(declared, 'initializer')) : 0;
  return isFunctionLiteral(tree, value) ? functionOutcome(tree, value) : 'unknown';
}

function functionOutcome(tree: SyntaxTree, fn: Node): HandlerOutcome {
  const body = tree.child(fn, 'body');
  if (tree.kind(body) === K.Block) return blockOutcome(tree, body);
  const value = skipOuter(tree, body);
  if (isNothing(tree, value)) return 'empty';
  if (carriesNothing(tree, value)) return 'default';
  return isRejection(tree, value) ? 'rethrows' : 'handled';
}

/** @param block body of a catch clause or handler */
export function blockOutcome(tree: SyntaxTree, block: Node): HandlerOutcome {
  const statements = tree.list(block, 'statements').filter((statement) => !doesNothing(tree, statement));
  const last = statements.at(-1);
  if (last === undefined) return 'empty';
  if (endsInFailure(tree, last)) return leavesBefore(tree, statements) ? 'may-rethrow' : 'rethrows';
  if (throwsInside(tree, block)) return 'may-rethrow';
  if (statements.length > 1) return 'handled';
  return loneOutcome(tree, last);
}

/** `;`, `{}` and `void error;`, which only pleases a linter. */
function doesNothing(tree: SyntaxTree, statement: Node): boolean {
  const kind = tree.kind(statement);
  if (kind === K.Block) return tree.list(statement, 'statements').every((inner) => doesNothing(tree, inner));
  if (kind !== K.ExpressionStatement) return kind === K.EmptyStatement;
  const expression = tree.child(statement, 'expression');
  return tree.kind(expression) === K.VoidExpression && tree.kind(tree.child(expression, 'expression')) === K.Identifier;
}

/** `if (error.code === 'ENOENT') return ''; throw error;`: the last statement is not always reached. */
function leavesBefore(tree: SyntaxTree, statements: readonly Node[]): boolean {
  return statements
    .slice(0, -1)
    .some((statement) => someInside(tree, tree.parent(statement), (node) => leaves(tree, node, statement)));
}

/** A `return`, or a `break` or `continue` whose loop or switch is not inside the statement. */
function leaves(tree: SyntaxTree, node: Node, statement: Node): boolean {
  if (node < statement || node >= tree.subtreeEnd(statement)) return false;
  const kind = tree.kind(node);
  if (kind === K.ReturnStatement) return true;
  if (kind !== K.BreakStatement && kind !== K.ContinueStatement) return false;
  for (let at = tree.parent(node); at >= statement; at = tree.parent(at)) {
    if (loopKinds.has(tree.kind(at)) || (kind === K.BreakStatement && tree.kind(at) === K.SwitchStatement))
      return false;
  }
  return true;
}

function loneOutcome(tree: SyntaxTree, statement: Node): HandlerOutcome {
  const kind = tree.kind(statement);
  if (kind === K.ContinueStatement || kind === K.BreakStatement) return 'default';
  if (kind !== K.ReturnStatement) return 'handled';
  const value = skipOuter(tree, tree.child(statement, 'expression'));
  if (value === 0 || isNothing(tree, value)) return 'empty';
  return carriesNothing(tree, value) ? 'default' : 'handled';
}

function endsInFailure(tree: SyntaxTree, statement: Node): boolean {
  if (tree.kind(statement) === K.ThrowStatement) return true;
  if (tree.kind(statement) !== K.ReturnStatement) return false;
  return isRejection(tree, skipOuter(tree, tree.child(statement, 'expression')));
}

/** `Promise.reject(…)`. */
export function isRejection(tree: SyntaxTree, expression: Node): boolean {
  if (tree.kind(expression) !== K.CallExpression) return false;
  const callee = tree.child(expression, 'expression');
  // The length is cheaper than the text, and this is asked of every call.
  return tree.end(callee) - tree.start(callee) === REJECT.length && tree.textOf(callee) === REJECT;
}

const REJECT = 'Promise.reject';

function throwsInside(tree: SyntaxTree, block: Node): boolean {
  return someInside(tree, block, (node) => tree.kind(node) === K.ThrowStatement || isRejection(tree, node));
}

function isNothing(tree: SyntaxTree, value: Node): boolean {
  const kind = tree.kind(value);
  return kind === K.VoidExpression || (kind === K.Identifier && tree.textOf(value) === 'undefined');
}

/** Literals, and empty arrays and objects: values that carry nothing of the error. */
function carriesNothing(tree: SyntaxTree, value: Node): boolean {
  const kind = tree.kind(value);
  if (CONSTANTS.has(kind) || isNothing(tree, value)) return true;
  if (kind === K.ArrayLiteralExpression) return tree.list(value, 'elements').length === 0;
  if (kind === K.ObjectLiteralExpression) return tree.list(value, 'properties').length === 0;
  return kind === K.PrefixUnaryExpression && CONSTANTS.has(tree.kind(tree.child(value, 'operand')));
}

const CONSTANTS: ReadonlySet<number> = new Set([
  K.NullKeyword,
  K.TrueKeyword,
  K.FalseKeyword,
  K.StringLiteral,
  K.NoSubstitutionTemplateLiteral,
  K.NumericLiteral,
  K.BigIntLiteral,
]);
