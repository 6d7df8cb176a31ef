/** Catch clauses and rejection handlers of a file, and what shows that dropping an error is meant. */
import type { HandlerFact, HandlerOutcome } from '../../../facts.ts';
import {
  chainedCall,
  isFunction,
  lastName,
  nameText,
  rangeOf,
  skipOuter,
  skipOuterUp,
  someInside,
} from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import type { FunctionTable } from './functions.ts';
import { blockOutcome, handlerOutcome, type HandlerSyntax } from './handlerOutcome.ts';
import type { RegionTable } from './regions.ts';

/** A handler, with the receiver whose type decides whether `.catch` is a promise's. */
export interface HandlerDraft extends HandlerFact {
  /** Catch clause or call. */
  readonly node: Node;
  /** Expression that must be a promise; 0 for catch clauses. */
  readonly question: Node;
}

export interface HandlerParts extends HandlerSyntax {
  readonly functions: FunctionTable;
  readonly regions: RegionTable;
}

export function collectHandlers(parts: HandlerParts): HandlerDraft[] {
  const { tree, regions } = parts;
  const clauses = regions.drafts
    .filter(({ catchClause }) => catchClause !== 0)
    .map(({ node }) => clauseHandler(parts, node));
  const calls = tree.nodesOf(K.CallExpression).flatMap((node) => callHandler(parts, node) ?? []);
  return [...clauses, ...calls];
}

function clauseHandler({ tree, functions, regions }: HandlerParts, statement: Node): HandlerDraft {
  const clause = tree.child(statement, 'catchClause');
  const block = tree.child(clause, 'block');
  const start = tree.start(clause);
  return {
    node: clause,
    question: 0,
    function: functions.around(statement),
    kind: 'catch-clause',
    range: rangeOf(tree, clause),
    nameRange: { start, end: start + 'catch'.length },
    outcome: blockOutcome(tree, block),
    hasFallback: hasFallback(tree, statement),
    hasComment: hasComment(tree, block) || hasCommentBeside(tree, statement),
    isBenign:
      isBestEffort(tree, tree.child(statement, 'tryBlock')) ||
      isProbe(tree, statement) ||
      isOnTheWayOut(tree, statement),
    guardsAsync: awaitsInside(tree, tree.child(statement, 'tryBlock')),
    region: regions.around(statement),
  };
}

function callHandler({ tree, scopes, functions, regions }: HandlerParts, call: Node): HandlerDraft | undefined {
  const chained = chainedCall(tree, call);
  if (chained === undefined || chained.method === 'finally') return undefined;
  const position = chained.method === 'catch' ? 0 : 1;
  const args = tree.list(call, 'arguments');
  if (chained.method === 'then' && args.length < 2) return undefined;
  const handler = args[position];
  return {
    node: call,
    question: chained.receiver,
    function: functions.around(call),
    kind: chained.method === 'catch' ? 'catch-call' : 'then-call',
    range: handler === undefined ? rangeOf(tree, call) : rangeOf(tree, handler),
    nameRange: rangeOf(tree, chained.name),
    outcome: handler === undefined ? 'missing' : usedOutcome(tree, call, handlerOutcome({ tree, scopes }, handler)),
    hasComment:
      handler !== undefined && (hasComment(tree, handler) || hasCommentBeside(tree, statementAround(tree, call))),
    isBenign:
      isBestEffort(tree, chained.receiver) ||
      isKeptElsewhere({ tree, scopes }, call, chained.receiver) ||
      isOnTheWayOut(tree, call),
    hasFallback: false,
    guardsAsync: true,
    region: regions.around(call),
  };
}

/** Where the result is used, `undefined` is a value like any other default: the code behind it decides what to do. */
function usedOutcome(tree: SyntaxTree, call: Node, outcome: HandlerOutcome): HandlerOutcome {
  if (outcome !== 'empty') return outcome;
  let parent = tree.parent(skipOuterUp(tree, call));
  if (tree.kind(parent) === K.AwaitExpression) parent = tree.parent(skipOuterUp(tree, parent));
  return VALUE_USES.has(tree.kind(parent)) ? 'default' : outcome;
}

const VALUE_USES: ReadonlySet<number> = new Set([
  K.VariableDeclaration,
  K.PropertyAssignment,
  K.BinaryExpression,
  K.CallExpression,
  K.NewExpression,
  K.IfStatement,
  K.ConditionalExpression,
  K.ArrayLiteralExpression,
]);

function awaitsInside(tree: SyntaxTree, block: Node): boolean {
  return someInside(
    tree,
    block,
    (node) => tree.kind(node) === K.AwaitExpression || tree.child(node, 'awaitModifier') !== 0,
  );
}

/** A comment anywhere in the node's text, outside strings as far as its tokens tell: only trivia is looked at. */
function hasComment(tree: SyntaxTree, node: Node): boolean {
  const text = tree.text.slice(tree.start(node), tree.end(node));
  const withoutStrings = text.replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g, '');
  return /\/\/|\/\*/.test(withoutStrings);
}

/** Work whose failure changes nothing, or is the answer: releasing what is no longer needed, asking whether something is there. */
function isBestEffort(tree: SyntaxTree, work: Node): boolean {
  const names = tree.kind(work) === K.Block ? awaitedNames(tree, work) : [chainRootName(tree, work)];
  return names.length > 0 && names.every((name) => BEST_EFFORT.test(name));
}

/** The first word of the name counts: `closeAll`, `deleteRemote`. Of `return`, `import` and the like only the whole: `importOrders` is work. */
const BEST_EFFORT =
  /^((unlink|rm|rmdir|rimraf|remove|delete|close|end|destroy|kill|cancel|abort|disconnect|dispose|release|terminate|stop|quit|cleanup|teardown|rollback|unsubscribe|unref|shutdown|stat|lstat|access|exists|pathExists|isFile|isDirectory)(?![a-z])|(return|exit|import)$)/;

/** Names of the calls that a block awaits, nested functions left out. */
function awaitedNames(tree: SyntaxTree, block: Node): string[] {
  const names: string[] = [];
  someInside(tree, block, (node) => {
    if (tree.kind(node) === K.AwaitExpression) names.push(chainRootName(tree, tree.child(node, 'expression')));
    return false;
  });
  return names;
}

/** Name of the call that a `.then(…)` chain starts from. */
function chainRootName(tree: SyntaxTree, work: Node): string {
  let at = skipOuter(tree, work);
  for (let link = chainedCall(tree, at); link !== undefined; link = chainedCall(tree, at))
    at = skipOuter(tree, link.receiver);
  if (tree.kind(at) !== K.CallExpression) return '';
  // An optional dependency may be missing: that its import fails is the answer.
  if (tree.kind(tree.child(at, 'expression')) === K.ImportKeyword) return 'import';
  const name = lastName(tree, tree.child(at, 'expression'));
  return name === 0 ? '' : nameText(tree, name);
}

/** `pending.catch(() => {})`: the promise is kept and awaited elsewhere, this only marks it as handled or orders what follows. */
function isKeptElsewhere({ tree, scopes }: HandlerSyntax, call: Node, receiver: Node): boolean {
  const root = skipOuter(tree, receiver);
  if (tree.kind(root) === K.PropertyAccessExpression) {
    const parent = tree.parent(skipOuterUp(tree, call));
    return tree.kind(parent) === K.ExpressionStatement || tree.kind(parent) === K.VoidExpression;
  }
  if (tree.kind(root) !== K.Identifier) return false;
  const declaration = scopes.declarationOf(root);
  return (
    declaration !== undefined &&
    (scopes.referencesTo(declaration).length > 1 || tree.kind(declaration.node) === K.Parameter)
  );
}

/** Whether the code goes on with a value or a failure of its own after the try statement, or the try block ends in a value. */
function hasFallback(tree: SyntaxTree, statement: Node): boolean {
  const isReturn = (node: Node): boolean =>
    tree.kind(node) === K.ReturnStatement && tree.child(node, 'expression') !== 0;
  const next = tree.next(statement);
  if (isReturn(next) || tree.kind(next) === K.ThrowStatement) return true;
  return someInside(tree, tree.child(statement, 'tryBlock'), isReturn);
}

/** `try { await x(); return true; } catch { return false; }`: the failure is the answer. */
function isProbe(tree: SyntaxTree, statement: Node): boolean {
  const returns = (block: Node, kind: number): boolean =>
    someInside(
      tree,
      block,
      (node) => tree.kind(node) === K.ReturnStatement && tree.kind(tree.child(node, 'expression')) === kind,
    );
  return (
    returns(tree.child(statement, 'tryBlock'), K.TrueKeyword) &&
    returns(tree.child(tree.child(statement, 'catchClause'), 'block'), K.FalseKeyword)
  );
}

/** Inside a catch clause that throws the first error again: what fails while cleaning up must not replace it. */
function isOnTheWayOut(tree: SyntaxTree, node: Node): boolean {
  for (let at = tree.parent(node); at > 1 && !isFunction(tree, at); at = tree.parent(at)) {
    if (tree.kind(at) === K.CatchClause) return blockOutcome(tree, tree.child(at, 'block')) === 'rethrows';
  }
  return false;
}

function statementAround(tree: SyntaxTree, node: Node): Node {
  let at = node;
  while (at > 1 && !STATEMENTS.has(tree.kind(at))) at = tree.parent(at);
  return at;
}

const STATEMENTS: ReadonlySet<number> = new Set([
  K.ExpressionStatement,
  K.VariableStatement,
  K.ReturnStatement,
  K.IfStatement,
  K.ThrowStatement,
  K.SourceFile,
]);

/** A comment on the lines before a statement, or behind it on its last line. */
function hasCommentBeside(tree: SyntaxTree, statement: Node): boolean {
  if (statement <= 1) return false;
  const before = tree.text.slice(tree.pos(statement), tree.start(statement));
  const end = tree.text.indexOf('\n', tree.end(statement));
  const behind = tree.text.slice(tree.end(statement), end < 0 ? undefined : end);
  return /\/\/|\/\*/.test(before) || /^[;)\s]*(\/\/|\/\*)/.test(behind);
}
