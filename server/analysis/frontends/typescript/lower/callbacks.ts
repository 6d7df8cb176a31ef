/** Functions handed over as values: to calls, as properties, as JSX attributes, by assignment to a handler. */
import type { CallbackFact, CallbackSink } from '../../../facts.ts';
import {
  calleeText,
  isAsync,
  isFunctionLiteral,
  isGenerator,
  lastName,
  nameText,
  rangeOf,
  skipOuter,
  skipOuterUp,
  writtenType,
} from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import type { FilePart } from './filePart.ts';
import { NAMED_SINKS, sinkOf } from './sinks.ts';

/** A callback whose expected result is still to be asked at `question`. */
export interface CallbackDraft extends CallbackFact {
  readonly question: Node;
  /** Callee and position when it is an argument: overloads may welcome a promise. */
  readonly argument: { readonly callee: Node; readonly argument: number } | undefined;
}

/** Where a function literal stands as an argument; `undefined` elsewhere. */
export interface ArgumentPlace {
  readonly call: Node;
  readonly argument: number;
  readonly sink: CallbackSink;
}

export function argumentPlace(part: Omit<FilePart, 'callIndex'>, value: Node): ArgumentPlace | undefined {
  const { tree } = part;
  const outer = skipOuterUp(tree, value);
  const call = tree.parent(outer);
  const kind = tree.kind(call);
  if (kind !== K.CallExpression && kind !== K.NewExpression) return undefined;
  const args = tree.list(call, 'arguments');
  const argument = args.indexOf(outer);
  return argument < 0 ? undefined : { call, argument, sink: sinkOfCall(part, call, { argument, args, value }) };
}

interface Argument {
  readonly argument: number;
  readonly args: readonly Node[];
  readonly value: Node;
}

function sinkOfCall(
  { tree, targets }: Omit<FilePart, 'callIndex'>,
  call: Node,
  { argument, args, value }: Argument,
): CallbackSink {
  const callee = tree.child(call, 'expression');
  const name = lastName(tree, callee);
  const first = tree.kind(args[0] ?? 0);
  return sinkOf({
    name: name === 0 ? '' : nameText(tree, name),
    callee: calleeText(tree, callee),
    isNew: tree.kind(call) === K.NewExpression,
    argument,
    isFirstText: TEXTS.has(first),
    firstText: nameText(tree, args[0] ?? 0),
    target: targets.of(callee),
    parameters: tree.list(value, 'parameters').map((parameter) => nameText(tree, tree.child(parameter, 'name'))),
  });
}

const TEXTS: ReadonlySet<number> = new Set([
  K.StringLiteral,
  K.NoSubstitutionTemplateLiteral,
  K.TemplateExpression,
  K.RegularExpressionLiteral,
  K.ArrayLiteralExpression,
]);

export function collectCallbacks(part: FilePart): CallbackDraft[] {
  const { tree } = part;
  const literals = tree
    .nodesOf(K.ArrowFunction, K.FunctionExpression)
    .filter((node) => isAsync(tree, node) && !isGenerator(tree, node));
  return [
    ...literals.flatMap((node) => literalCallback(part, node) ?? []),
    ...namedCallbacks(part),
    ...tree.nodesOf(K.JsxAttribute).flatMap((node) => namedAttribute(part, node) ?? []),
  ];
}

function literalCallback(part: FilePart, node: Node): CallbackDraft | undefined {
  const { tree, functions } = part;
  const callback = functions.indexOf(node) ?? -1;
  const place = argumentPlace(part, node);
  if (place !== undefined) {
    return draft(part, node, {
      callback,
      position: 'argument',
      call: part.callIndex(place.call),
      receiver: calleeName(tree, place.call),
      sink: place.sink,
    });
  }
  const outer = skipOuterUp(tree, node);
  const parent = tree.parent(outer);
  switch (tree.kind(parent)) {
    case K.PropertyAssignment:
      return draft(part, node, {
        callback,
        position: 'property',
        receiver: nameText(tree, tree.child(parent, 'name')),
        sink: 'other',
      });
    case K.JsxExpression:
      return tree.kind(tree.parent(parent)) === K.JsxAttribute
        ? draft(part, node, {
            callback,
            position: 'attribute',
            receiver: attributeName(tree, tree.parent(parent)),
            sink: 'jsx',
          })
        : undefined;
    case K.BinaryExpression:
      return assignedCallback(part, node, parent);
    case K.VariableDeclaration:
    case K.PropertyDeclaration:
      return declaredCallback(part, node, parent);
    default:
      return undefined;
  }
}

/** `button.onclick = async () => {}`. Other members are left to their type: they may well be awaited. */
function assignedCallback(part: FilePart, node: Node, assignment: Node): CallbackDraft | undefined {
  const { tree, functions } = part;
  const left = skipOuter(tree, tree.child(assignment, 'left'));
  if (tree.kind(left) !== K.PropertyAccessExpression) return undefined;
  const receiver = tree.textOf(tree.child(left, 'name'));
  const sink = /^on[a-z]/.test(receiver) ? 'dom' : 'other';
  return draft(part, node, { callback: functions.indexOf(node) ?? -1, position: 'assignment', receiver, sink });
}

/** `const done: () => void = async () => {}`: whoever calls `done` sees no promise. */
function declaredCallback(part: FilePart, node: Node, declaration: Node): CallbackDraft | undefined {
  const { tree, functions } = part;
  if (writtenType(tree, declaration) === 0) return undefined;
  const receiver = nameText(tree, tree.child(declaration, 'name'));
  return draft(part, node, {
    callback: functions.indexOf(node) ?? -1,
    position: 'assignment',
    receiver,
    sink: 'other',
  });
}

/** Functions handed over by name: to calls that often take them, and async ones of the same file to any call or property. */
function namedCallbacks(part: FilePart): CallbackDraft[] {
  const { tree } = part;
  const isAsyncName = asyncNames(part);
  return [
    ...tree.nodesOf(K.CallExpression).flatMap((node) => namedArguments(part, node, isAsyncName)),
    ...tree.nodesOf(K.PropertyAssignment).flatMap((node) => namedProperty(part, node, isAsyncName) ?? []),
  ];
}

/** Whether an expression is the name of an async function declared in this file. */
function asyncNames({ tree, scopes }: FilePart): (expression: Node) => boolean {
  const declarations = new Set<Node>();
  const names = new Set<string>();
  for (const node of tree.nodesOf(K.FunctionDeclaration, K.ArrowFunction, K.FunctionExpression)) {
    if (!isAsync(tree, node) || isGenerator(tree, node)) continue;
    const isDeclaration = tree.kind(node) === K.FunctionDeclaration;
    const declaration = isDeclaration ? node : tree.parent(skipOuterUp(tree, node));
    if (!isDeclaration && tree.kind(declaration) !== K.VariableDeclaration) continue;
    declarations.add(declaration);
    names.add(nameText(tree, tree.child(declaration, 'name')));
  }
  return (expression) => {
    if (names.size === 0 || tree.kind(expression) !== K.Identifier || !names.has(tree.textOf(expression))) return false;
    return declarations.has(scopes.declarationOf(expression)?.node ?? 0);
  };
}

/** `subscribe({ done: save })`. */
function namedProperty(
  part: FilePart,
  property: Node,
  isAsyncName: (expression: Node) => boolean,
): CallbackDraft | undefined {
  const { tree } = part;
  const value = tree.child(property, 'initializer');
  if (!isAsyncName(value)) return undefined;
  return draft(part, value, {
    callback: -1,
    node: value,
    name: nameText(tree, value),
    position: 'property',
    receiver: nameText(tree, tree.child(property, 'name')),
    sink: 'other',
  });
}

function namedArguments(part: FilePart, call: Node, isAsyncName: (expression: Node) => boolean): CallbackDraft[] {
  const { tree } = part;
  const receiver = calleeName(tree, call);
  const args = tree.list(call, 'arguments');
  const isKnown = NAMED_SINKS.has(receiver);
  if (!isKnown && REMOVING.test(receiver)) return [];
  return args.flatMap((value, argument) => {
    if (!isKnown && !isAsyncName(value)) return [];
    const node = lastName(tree, value);
    if (node === 0 || isFunctionLiteral(tree, skipOuter(tree, value))) return [];
    const sink = sinkOfCall(part, call, { argument, args, value });
    if (sink === 'other' && !ROUTE_NAMES.has(receiver) && !isAsyncName(value)) return [];
    return [
      draft(part, value, {
        callback: -1,
        node,
        name: nameText(tree, node),
        position: 'argument',
        call: part.callIndex(call),
        receiver,
        sink,
      }),
    ];
  });
}

/** They take a function only to know it again. */
const REMOVING = /^(off|remove|un[a-z]|detach|clear|delete|has|includes|indexOf|lastIndexOf)/;

const ROUTE_NAMES: ReadonlySet<string> = new Set(['get', 'post', 'put', 'patch', 'delete', 'all', 'use']);

function namedAttribute(part: FilePart, attribute: Node): CallbackDraft | undefined {
  const { tree } = part;
  const expression = tree.child(tree.child(attribute, 'initializer'), 'expression');
  const node = lastName(tree, expression);
  if (node === 0) return undefined;
  return draft(part, expression, {
    callback: -1,
    node,
    name: nameText(tree, node),
    position: 'attribute',
    receiver: attributeName(tree, attribute),
    sink: 'jsx',
  });
}

function draft(
  { tree, functions }: FilePart,
  value: Node,
  known: Pick<CallbackFact, 'callback' | 'position' | 'receiver' | 'sink'> & Partial<CallbackFact>,
): CallbackDraft {
  return {
    function: functions.around(value),
    range: rangeOf(tree, value),
    node: 0,
    name: '',
    call: -1,
    expects: 'unknown',
    question: value,
    argument: argumentOf(tree, value),
    ...known,
  };
}

function argumentOf(tree: SyntaxTree, value: Node): CallbackDraft['argument'] {
  const outer = skipOuterUp(tree, value);
  const call = tree.parent(outer);
  if (tree.kind(call) !== K.CallExpression) return undefined;
  const argument = tree.list(call, 'arguments').indexOf(outer);
  return argument < 0 ? undefined : { callee: tree.child(call, 'expression'), argument };
}

function calleeName(tree: SyntaxTree, call: Node): string {
  const name = lastName(tree, tree.child(call, 'expression'));
  return name === 0 ? '' : nameText(tree, name);
}

function attributeName(tree: SyntaxTree, attribute: Node): string {
  return nameText(tree, tree.child(attribute, 'name'));
}
