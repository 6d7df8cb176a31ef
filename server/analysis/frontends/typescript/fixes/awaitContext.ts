/** Whether `await` can stand at a place, and what has to change around it. */
import {
  enclosingFunction,
  hasModifier,
  isAsync,
  isGenerator,
  lastName,
  skipOuterUp,
  writtenType,
} from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import { statementsOf } from '../syntax/scopes.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { TRANSFORMS } from '../lower/sinks.ts';

/** What `await` needs at a place. */
export type AwaitContext =
  | { readonly kind: 'ready' }
  /** The function around is not async: `insertAt` is where `async ` goes, `name` what its callers call, '' for callbacks. */
  | { readonly kind: 'make-async'; readonly fn: Node; readonly insertAt: number; readonly name: string }
  /** Constructors, accessors, generators, class fields, parameter defaults: `await` cannot be made to work. */
  | { readonly kind: 'impossible' };

const IMPOSSIBLE: AwaitContext = { kind: 'impossible' };

export function awaitContext(tree: SyntaxTree, node: Node): AwaitContext {
  const fn = enclosingFunction(tree, node);
  if (isOutsideBody(tree, fn, node)) return IMPOSSIBLE;
  if (fn === 1) return isModule(tree) ? { kind: 'ready' } : IMPOSSIBLE;
  if (isAsync(tree, fn)) return { kind: 'ready' };
  if (!canBecomeAsync(tree, fn)) return IMPOSSIBLE;
  return { kind: 'make-async', fn, insertAt: asyncPosition(tree, fn), name: functionName(tree, fn) };
}

/** Parameters, initializers of class fields, and namespaces do not run as part of the function around them. */
function isOutsideBody(tree: SyntaxTree, fn: Node, node: Node): boolean {
  for (let at = node; at > fn; at = tree.parent(at)) {
    const parent = tree.parent(at);
    const isField = tree.kind(parent) === K.PropertyDeclaration && tree.child(parent, 'initializer') === at;
    if (isField || tree.kind(at) === K.ModuleBlock) return true;
  }
  const body = tree.child(fn, 'body');
  return fn !== 1 && (node < body || node >= tree.subtreeEnd(body));
}

/** Top-level await needs an ECMAScript module: something imported or exported, and not by `import x = require()` or `export =`. */
function isModule(tree: SyntaxTree): boolean {
  const statements = tree.list(1, 'statements');
  const isCommon = statements.some(
    (statement) =>
      (tree.kind(statement) === K.ImportEqualsDeclaration &&
        tree.kind(tree.child(statement, 'moduleReference')) === K.ExternalModuleReference) ||
      (tree.kind(statement) === K.ExportAssignment && /^export\s*=/.test(tree.textOf(statement).slice(0, 80))),
  );
  return !isCommon && statements.some((statement) => isModuleItem(tree, statement));
}

function isModuleItem(tree: SyntaxTree, statement: Node): boolean {
  const kind = tree.kind(statement);
  return (
    kind === K.ImportDeclaration ||
    kind === K.ExportDeclaration ||
    kind === K.ExportAssignment ||
    hasModifier(tree, statement, K.ExportKeyword)
  );
}

/** A function whose callers can be told to await it: nothing else fixes what it returns. */
function canBecomeAsync(tree: SyntaxTree, fn: Node): boolean {
  if (!ORDINARY.has(tree.kind(fn)) || isGenerator(tree, fn)) return false;
  return (
    !hasModifier(tree, fn, K.OverrideKeyword) &&
    tree.kind(writtenType(tree, fn)) !== K.TypePredicate &&
    !FIXED_NAMES.test(tree.textOf(tree.child(fn, 'name'))) &&
    !isOverloaded(tree, fn) &&
    !isAnswering(tree, fn)
  );
}

const ORDINARY: ReadonlySet<number> = new Set([
  K.FunctionDeclaration,
  K.FunctionExpression,
  K.ArrowFunction,
  K.MethodDeclaration,
]);

/** Called by the language, which takes what they return as it is. */
const FIXED_NAMES = /^(\[Symbol\.(?!async)\w+\]|toString|toJSON|valueOf)$/;

/** The signatures in front of an overloaded function say what it returns. */
function isOverloaded(tree: SyntaxTree, fn: Node): boolean {
  const owner = tree.parent(fn);
  const members = tree.list(owner, 'members');
  const siblings = members.length > 0 ? members : statementsOf(tree, owner);
  const previous = siblings[siblings.indexOf(fn) - 1] ?? 0;
  return tree.kind(previous) === tree.kind(fn) && tree.child(previous, 'body') === 0;
}

/** Callbacks of `filter`, `sort` and the like answer at once, `forEach` drops promises, and so does the executor of a promise. */
export function isAnswering(tree: SyntaxTree, fn: Node): boolean {
  const place = skipOuterUp(tree, fn);
  const call = tree.parent(place);
  const callee = tree.child(call, 'expression');
  const name = lastName(tree, callee);
  if (name === 0 || callee === place) return false;
  const text = tree.textOf(name);
  if (tree.kind(call) === K.NewExpression) return text === 'Promise';
  return (
    tree.kind(call) === K.CallExpression &&
    !KEEPS_PROMISES.has(text) &&
    (text === 'forEach' || TRANSFORMS.has(text) || HOOKS.test(text))
  );
}

/** React takes what an effect returns for its cleanup, and what the others return for their value. */
const HOOKS = /^use(Effect|LayoutEffect|InsertionEffect|Memo|State|Reducer|ImperativeHandle|SyncExternalStore)$/;

/** Their results are arrays of promises, which can be waited for. */
const KEEPS_PROMISES: ReadonlySet<string> = new Set(['map', 'from']);

/** Before `function`, the arrow's parameters, or the method's name: behind all modifiers. */
function asyncPosition(tree: SyntaxTree, fn: Node): number {
  const last = tree.list(fn, 'modifiers').at(-1);
  // `async` and what follows stand on one line, so comments between them stay in front.
  return last === undefined ? tree.start(fn) : tree.tokenFrom(tree.end(last));
}

function functionName(tree: SyntaxTree, fn: Node): string {
  const own = tree.child(fn, 'name');
  if (own !== 0) return tree.textOf(own);
  const owner = tree.parent(fn);
  const name = tree.child(owner, 'name');
  return name === 0 ? '' : tree.textOf(name);
}
