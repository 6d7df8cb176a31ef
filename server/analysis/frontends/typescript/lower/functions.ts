/** Collects the functions of a file: names, kind, and the nodes under which symbols know them. */
import type { FunctionFact, FunctionIndex } from '../../../facts.ts';
import {
  calleeText,
  enclosingFunction,
  functionKinds,
  hasModifier,
  isAsync,
  isGenerator,
  nameText,
  rangeOf,
  skipOuter,
  skipOuterUp,
} from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { guardsAll } from './guardedBody.ts';
import { isRequestTaker } from './sinks.ts';

/** Facts that are known from the function alone; role and `passedTo` follow when calls are known. */
export type FunctionDraft = Omit<FunctionFact, 'role' | 'passedTo'> & { readonly node: Node };

export interface FunctionTable {
  /** Element 0 is the module. */
  readonly drafts: readonly FunctionDraft[];
  /** Index of a function node. */
  readonly indexOf: (node: Node) => FunctionIndex | undefined;
  /** Index of the function around a node; 0 at top level. */
  readonly around: (node: Node) => FunctionIndex;
}

export function collectFunctions(tree: SyntaxTree): FunctionTable {
  const drafts: FunctionDraft[] = [moduleDraft(tree)];
  const indexes = new Map<Node, FunctionIndex>([[1, 0]]);
  for (const node of tree.nodesOf(...functionKinds)) {
    if (tree.child(node, 'body') === 0) continue;
    indexes.set(node, drafts.length);
    drafts.push(draftOf(tree, node, indexes.get(enclosingFunction(tree, node)) ?? 0));
  }
  return {
    drafts,
    indexOf: (node) => indexes.get(node),
    around: (node) => indexes.get(enclosingFunction(tree, node)) ?? 0,
  };
}

function moduleDraft(tree: SyntaxTree): FunctionDraft {
  const start = { start: 0, end: 0 };
  return {
    node: 1,
    name: 'module',
    range: { start: 0, end: tree.text.length },
    nameRange: start,
    isAsync: false,
    isGenerator: false,
    parent: -1,
    declarations: [],
    key: undefined,
    heritage: [],
    takesRequest: false,
    guardsAll: false,
    isImmediatelyCalled: false,
  };
}

function draftOf(tree: SyntaxTree, node: Node, parent: FunctionIndex): FunctionDraft {
  const named = namingOf(tree, node);
  return {
    node,
    name: named.label,
    range: rangeOf(tree, node),
    nameRange:
      named.node === 0
        ? { start: tree.start(node), end: Math.min(tree.start(node) + 5, tree.end(node)) }
        : rangeOf(tree, named.node),
    isAsync: isAsync(tree, node),
    isGenerator: isGenerator(tree, node),
    parent,
    declarations: named.declarations,
    key: named.key,
    heritage: named.heritage,
    takesRequest: isRequestTaker(
      tree.list(node, 'parameters').map((parameter) => nameText(tree, tree.child(parameter, 'name'))),
    ),
    guardsAll: isAsync(tree, node) && guardsAll(tree, node),
    isImmediatelyCalled: isCallee(tree, node),
  };
}

interface Naming {
  readonly label: string;
  /** The node that carries the name, or 0. */
  readonly node: Node;
  readonly key: string | undefined;
  readonly declarations: readonly Node[];
  readonly heritage: readonly string[];
}

function namingOf(tree: SyntaxTree, node: Node): Naming {
  switch (tree.kind(node)) {
    case K.FunctionDeclaration:
      return { ...declarationName(tree, node), heritage: [], declarations: [node] };
    case K.Constructor:
      return constructorName(tree, node);
    case K.MethodDeclaration:
    case K.GetAccessor:
    case K.SetAccessor:
      return memberName(tree, node, node);
    case K.ClassStaticBlockDeclaration:
      return { label: 'static block', node: 0, key: undefined, heritage: [], declarations: [node] };
    default:
      return valueName(tree, node);
  }
}

function simpleName(tree: SyntaxTree, name: Node): { label: string; node: Node; key: string | undefined } {
  const text = nameText(tree, name);
  return { label: text === '' ? 'function' : text, node: name, key: text === '' ? undefined : text };
}

/** `export default function () {}` is called by whatever name it is imported under. */
function declarationName(tree: SyntaxTree, node: Node): { label: string; node: Node; key: string | undefined } {
  const named = simpleName(tree, tree.child(node, 'name'));
  const isDefault = named.key === undefined && hasModifier(tree, node, K.DefaultKeyword);
  return isDefault ? { label: 'default export', node: 0, key: 'default' } : named;
}

function constructorName(tree: SyntaxTree, node: Node): Naming {
  const type = tree.parent(node);
  const name = className(tree, type);
  // `new Store()` asks for the symbol of the class.
  return {
    label: `new ${name || 'class'}`,
    node: tree.child(type, 'name'),
    key: name || undefined,
    declarations: [node, type],
    heritage: [],
  };
}

function memberName(tree: SyntaxTree, fn: Node, member: Node): Naming {
  const type = tree.parent(member);
  const name = tree.child(member, 'name');
  const key = nameText(tree, name);
  const isClass = tree.kind(type) === K.ClassDeclaration || tree.kind(type) === K.ClassExpression;
  const owner = isClass ? className(tree, type) : objectName(tree, type);
  return {
    label: [owner, key || 'computed member'].filter((part) => part !== '').join('.'),
    node: name,
    key: key || undefined,
    declarations: fn === member ? [fn] : [fn, member],
    heritage: isClass ? heritageOf(tree, type) : [],
  };
}

/** Function expressions and arrows take the name of what they are assigned to. */
function valueName(tree: SyntaxTree, node: Node): Naming {
  const outer = skipOuterUp(tree, node);
  const parent = tree.parent(outer);
  switch (tree.kind(parent)) {
    case K.VariableDeclaration:
      return {
        ...simpleName(tree, tree.child(parent, 'name')),
        declarations: [node, parent],
        heritage: [],
      };
    case K.PropertyAssignment:
    case K.PropertyDeclaration:
      return memberName(tree, node, parent);
    case K.BinaryExpression:
      return assignedName(tree, node, parent);
    case K.ExportAssignment:
      return {
        label: 'default export',
        node: 0,
        key: 'default',
        declarations: [node, parent],
        heritage: [],
      };
    default:
      return {
        label: ownOrCallbackName(tree, node, parent),
        node: 0,
        key: undefined,
        declarations: [node],
        heritage: [],
      };
  }
}

/** `exports.load = async () => {}`, `Store.prototype.load = function () {}`. */
function assignedName(tree: SyntaxTree, node: Node, assignment: Node): Naming {
  const left = skipOuter(tree, tree.child(assignment, 'left'));
  const isMember = tree.kind(left) === K.PropertyAccessExpression;
  const name = isMember ? tree.child(left, 'name') : left;
  return {
    ...simpleName(tree, name),
    declarations: [node, assignment, left, name],
    heritage: [],
  };
}

function ownOrCallbackName(tree: SyntaxTree, node: Node, parent: Node): string {
  const own = tree.kind(node) === K.FunctionExpression ? nameText(tree, tree.child(node, 'name')) : '';
  if (own !== '') return own;
  const kind = tree.kind(parent);
  if (kind !== K.CallExpression && kind !== K.NewExpression) return 'function';
  const callee = tree.child(parent, 'expression');
  return skipOuter(tree, callee) === node ? 'immediately called function' : `callback of ${calleeText(tree, callee)}`;
}

function className(tree: SyntaxTree, type: Node): string {
  const own = nameText(tree, tree.child(type, 'name'));
  if (own !== '') return own;
  const parent = tree.parent(skipOuterUp(tree, type));
  return tree.kind(parent) === K.VariableDeclaration ? nameText(tree, tree.child(parent, 'name')) : '';
}

function objectName(tree: SyntaxTree, literal: Node): string {
  const parent = tree.parent(skipOuterUp(tree, literal));
  return tree.kind(parent) === K.VariableDeclaration ? nameText(tree, tree.child(parent, 'name')) : '';
}

/** Names of what a class extends and implements. */
function heritageOf(tree: SyntaxTree, type: Node): string[] {
  return tree
    .list(type, 'heritageClauses')
    .flatMap((clause) => tree.list(clause, 'types'))
    .map((item) => tree.textOf(tree.child(item, 'expression')))
    .filter((name) => name.length > 0 && name.length < 80);
}

function isCallee(tree: SyntaxTree, node: Node): boolean {
  const outer = skipOuterUp(tree, node);
  const parent = tree.parent(outer);
  return tree.kind(parent) === K.CallExpression && tree.child(parent, 'expression') === outer;
}
