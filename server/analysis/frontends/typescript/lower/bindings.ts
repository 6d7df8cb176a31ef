/** Variables, arrays and private fields that hold promises nobody waits for. Syntax proposes, the type of the value decides. */
import type { BindingFact } from '../../../facts.ts';
import type { Range } from '../../../finding.ts';
import {
  hasModifier,
  hasWrittenModifier,
  isFunction,
  isFunctionLiteral,
  lastName,
  rangeOf,
  skipOuter,
  someInside,
} from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import { statementsOf, type Declaration } from '../syntax/scopes.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import type { FilePart } from './filePart.ts';
import { cannotReject } from './settled.ts';
import { knownResult } from './knownResults.ts';

/** A binding whose stored value is asked at `question`; 0 when syntax says it is a promise. */
export interface BindingDraft extends BindingFact {
  readonly question: Node;
}

export function collectBindings(part: FilePart): BindingDraft[] {
  const { tree } = part;
  return [
    ...tree.nodesOf(K.VariableDeclaration).flatMap((node) => variable(part, node)),
    ...tree.nodesOf(K.PropertyDeclaration).flatMap((node) => privateField(part, node)),
  ];
}

function variable(part: FilePart, node: Node): BindingDraft[] {
  const { tree, scopes } = part;
  const name = tree.child(node, 'name');
  const value = skipOuter(tree, tree.child(node, 'initializer'));
  if (tree.kind(name) !== K.Identifier || value === 0 || isExported(tree, node)) return [];
  const text = tree.textOf(name);
  // A leading underscore says "not used, and I know it".
  if (
    text.startsWith('_') ||
    /^(using|await)\b/.test(tree.text.slice(tree.start(tree.parent(node)), tree.start(tree.parent(node)) + 6))
  )
    return [];
  const declaration = scopes.lookUp(text, name);
  if (declaration === undefined || declaration.node !== node) return [];
  if (tree.kind(value) === K.ArrayLiteralExpression && tree.list(value, 'elements').length === 0)
    return collected(part, declaration);
  return isAskable(part, value) && !cannotReject(part, value) ? storedPromise(part, declaration, value) : [];
}

/** Calls and `new` whose result is not known to be something else. */
function isAskable(part: FilePart, value: Node): boolean {
  const kind = part.tree.kind(value);
  if (kind === K.NewExpression) return true;
  return (
    kind === K.CallExpression &&
    knownResult(part, skipOuter(part.tree, part.tree.child(value, 'expression'))) !== 'none'
  );
}

function storedPromise(part: FilePart, declaration: Declaration, value: Node): BindingDraft[] {
  const fate = fateOf(part, declaration);
  if (fate === undefined) return [];
  return [draft(part, { name: declaration.name, kind: 'local', at: declaration.node, value, fate })];
}

function fateOf({ tree, scopes }: FilePart, declaration: Declaration): BindingFact['fate'] | undefined {
  const references = scopes.referencesTo(declaration);
  const [first] = references;
  if (first === undefined) return { kind: 'never-used' };
  if (references.every((reference) => isWriteTarget(tree, reference))) return { kind: 'never-used' };
  const statement = tree.parent(tree.parent(declaration.node));
  const after = laterSiblings(tree, statement);
  const overwrite = overwriteOf(tree, first, after);
  if (overwrite !== undefined) return { kind: 'overwritten', at: overwrite };
  const exit = exitBefore(tree, first, after);
  return exit === undefined ? undefined : { kind: 'exit-before-use', at: exit };
}

/** Statements behind this one in the same block. */
function laterSiblings(tree: SyntaxTree, statement: Node): Node[] {
  if (tree.kind(statement) !== K.VariableStatement) return [];
  const siblings = statementsOf(tree, tree.parent(statement));
  return siblings.slice(siblings.indexOf(statement) + 1);
}

/** `p = other()` straight behind, before anything read `p`. */
function overwriteOf(tree: SyntaxTree, first: Node, after: readonly Node[]): Range | undefined {
  const assignment = tree.parent(first);
  if (!isWriteTarget(tree, first) || tree.kind(assignment) !== K.BinaryExpression) return undefined;
  const statement = tree.parent(assignment);
  if (!after.includes(statement)) return undefined;
  const right = tree.child(assignment, 'right');
  const rereads = someInside(
    tree,
    right,
    (node) => tree.kind(node) === K.Identifier && tree.textOf(node) === tree.textOf(first),
  );
  return rereads || tree.textOf(right) === tree.textOf(first) ? undefined : rangeOf(tree, assignment);
}

/** A `return` or `throw` between the declaration and the statement of the first use, on the same level. */
function exitBefore(tree: SyntaxTree, first: Node, after: readonly Node[]): Range | undefined {
  const using = after.findIndex((statement) => first >= statement && first < tree.subtreeEnd(statement));
  for (const statement of after.slice(0, Math.max(using, 0))) {
    const exit = exitInside(tree, statement);
    if (exit !== 0) return rangeOf(tree, exit);
  }
  return undefined;
}

function exitInside(tree: SyntaxTree, statement: Node): Node {
  const end = tree.subtreeEnd(statement);
  for (let node = statement; node < end;) {
    const kind = tree.kind(node);
    if (isFunction(tree, node)) node = tree.subtreeEnd(node);
    // A throw inside a try block may well be caught before it leaves; its catch and finally blocks follow.
    else if (kind === K.TryStatement) node = tree.subtreeEnd(tree.child(node, 'tryBlock'));
    else if (kind === K.ReturnStatement || kind === K.ThrowStatement) return node;
    else node++;
  }
  return 0;
}

/** `const jobs = []` that is only ever pushed to. */
function collected(part: FilePart, declaration: Declaration): BindingDraft[] {
  const { tree, scopes } = part;
  const pushes = scopes.referencesTo(declaration).map((reference) => pushOf(tree, reference));
  const [first] = pushes;
  if (first === undefined || pushes.includes(0)) return [];
  const [value] = tree.list(first, 'arguments');
  if (value === undefined || !isAskable(part, skipOuter(tree, value)) || cannotReject(part, value)) return [];
  return [
    draft(part, {
      name: declaration.name,
      kind: 'array',
      at: first,
      value: skipOuter(tree, value),
      fate: { kind: 'only-collected' },
    }),
  ];
}

/** The call `name.push(…)` as a statement around a reference, or 0. */
function pushOf(tree: SyntaxTree, reference: Node): Node {
  const access = tree.parent(reference);
  if (
    tree.kind(access) !== K.PropertyAccessExpression ||
    !/^(push|unshift)$/.test(tree.textOf(tree.child(access, 'name')))
  )
    return 0;
  const call = tree.parent(access);
  if (tree.kind(call) !== K.CallExpression || tree.child(call, 'expression') !== access) return 0;
  const owner = tree.parent(call);
  // `names.forEach((name) => jobs.push(remove(name)))`: nobody takes the length.
  const isValue = tree.kind(owner) === K.ArrowFunction && tree.child(owner, 'body') === call;
  return isValue || tree.kind(owner) === K.ExpressionStatement ? call : 0;
}

/** `#pending = this.load()` or `this.#pending = load()` where nobody reads `#pending`. */
function privateField(part: FilePart, node: Node): BindingDraft[] {
  const { tree, scopes } = part;
  const name = tree.child(node, 'name');
  const text = tree.textOf(name);
  const isHard = tree.kind(name) === K.PrivateIdentifier;
  if (!isHard && !hasWrittenModifier(tree, node, K.PrivateKeyword)) return [];
  const type = tree.parent(node);
  const uses = scopes.identifiersNamed(text).filter((use) => use !== name && use > type && use < tree.subtreeEnd(type));
  if (uses.length === 0 && !isHard) return [];
  if (!uses.every((use) => isMemberWrite(tree, use))) return [];
  const writes = uses.map((use) => skipOuter(tree, tree.child(tree.parent(tree.parent(use)), 'right')));
  const values = [skipOuter(tree, tree.child(node, 'initializer')), ...writes].filter(
    (value) => value !== 0 && isAskable(part, value),
  );
  return values
    .slice(0, 1)
    .map((value) =>
      draft(part, { name: text, kind: 'private-field', at: tree.parent(value), value, fate: { kind: 'never-used' } }),
    );
}

function isMemberWrite(tree: SyntaxTree, name: Node): boolean {
  const access = tree.parent(name);
  return (
    tree.kind(access) === K.PropertyAccessExpression &&
    tree.child(access, 'name') === name &&
    isWriteTarget(tree, access)
  );
}

/** Left side of a plain assignment whose own value nobody takes. */
function isWriteTarget(tree: SyntaxTree, node: Node): boolean {
  const parent = tree.parent(node);
  if (tree.kind(parent) !== K.BinaryExpression || tree.child(parent, 'left') !== node) return false;
  return (
    tree.kind(tree.child(parent, 'operatorToken')) === K.EqualsToken &&
    tree.kind(tree.parent(parent)) === K.ExpressionStatement
  );
}

function isExported(tree: SyntaxTree, declaration: Node): boolean {
  return hasModifier(tree, tree.parent(tree.parent(declaration)), K.ExportKeyword);
}

interface Stored {
  readonly name: string;
  readonly kind: BindingFact['kind'];
  readonly at: Node;
  readonly value: Node;
  readonly fate: BindingFact['fate'];
}

function draft(part: FilePart, { name, kind, at, value, fate }: Stored): BindingDraft {
  const { tree, functions, targets } = part;
  const callee = tree.child(value, 'expression');
  const isLiteral = isFunctionLiteral(tree, skipOuter(tree, callee));
  return {
    function: functions.around(value),
    name,
    kind,
    range: rangeOf(tree, at),
    value: rangeOf(tree, value),
    call: part.callIndex(value),
    target: isLiteral || lastName(tree, callee) === 0 ? { kind: 'unknown' } : targets.of(callee),
    fate,
    question: value,
  };
}
