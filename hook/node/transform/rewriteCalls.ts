/** Calls: those that block, and statements whose result nobody uses. */
import type { AnyNode, CallExpression, ChainExpression, Expression, SpreadElement } from 'acorn';
import { isBlockingCall } from './blockingCalls.ts';
import { visitChildren } from './children.ts';
import { isSurelySync } from './surelySync.ts';
import { noteAnyName, noteFailure, noteHandlers } from './rewriteHandlers.ts';
import type { Walk } from './walk.ts';

/** The call and what to wrap to wrap it: an optional chain is wrapped as a whole. */
interface Place {
  readonly call: CallExpression;
  readonly whole: CallExpression | ChainExpression;
  readonly isDiscarded: boolean;
}

export function visitCall(walk: Walk, place: Place): void {
  const { call } = place;
  noteCallee(walk, call);
  if (!walk.links.has(call) && isBlockingCall(call)) visitBlockingCall(walk, place);
  else if (place.isDiscarded && walk.hasPromises && !isSurelySync(call.callee)) wrapDiscarded(walk, place.whole, call);
  else visitParts(walk, place);
}

/** What a call says about the errors caught around it. */
function noteCallee(walk: Walk, call: CallExpression): void {
  const { callee } = call;
  noteHandlers(walk, call);
  if (walk.watch === undefined) return;
  if (callee.type === 'Identifier' && callee.name === 'eval') noteAnyName(walk);
  if (isMember(callee, 'Promise', 'reject')) noteFailure(walk);
}

function isMember(callee: AnyNode, object: string, property: string): boolean {
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return false;
  return callee.object.name === object && callee.property.type === 'Identifier' && callee.property.name === property;
}

/** An expression in the place of a statement, or an operand whose value is discarded with it. */
export function visitDiscarded(walk: Walk, node: Expression, parent: AnyNode): void {
  switch (node.type) {
    case 'CallExpression':
      visitCall(walk, { call: node, whole: node, isDiscarded: true });
      return;
    case 'ChainExpression':
      visitChain(walk, node, true);
      return;
    case 'ImportExpression':
    case 'TaggedTemplateExpression':
      if (walk.hasPromises) wrapDiscarded(walk, node, node);
      else visitChildren(walk, node);
      return;
    case 'LogicalExpression':
      walk.visit(node.left, node);
      visitDiscarded(walk, node.right, node);
      return;
    case 'ConditionalExpression':
      walk.visit(node.test, node);
      visitDiscarded(walk, node.consequent, node);
      visitDiscarded(walk, node.alternate, node);
      return;
    case 'SequenceExpression':
      for (const each of node.expressions) visitDiscarded(walk, each, node);
      return;
    case 'UnaryExpression':
      if (node.operator === 'void') visitDiscarded(walk, node.argument, node);
      else walk.visit(node, parent);
      return;
    default:
      walk.visit(node, parent);
  }
}

/** Only the whole chain may be wrapped: `a?.b().c` ends at once when `a` is missing. */
export function visitChain(walk: Walk, chain: ChainExpression, isDiscarded: boolean): void {
  for (let at: AnyNode = chain.expression; ;) {
    if (at !== chain.expression) walk.links.add(at);
    if (at.type === 'CallExpression') at = at.callee;
    else if (at.type === 'MemberExpression') at = at.object;
    else break;
  }
  const { expression } = chain;
  if (expression.type === 'CallExpression') visitCall(walk, { call: expression, whole: chain, isDiscarded });
  else walk.visit(expression, chain);
}

function visitParts(walk: Walk, { call }: Place): void {
  visitChildren(walk, call);
}

function wrapDiscarded(walk: Walk, whole: AnyNode, node: AnyNode): void {
  const site = walk.sites.add(walk.frame, 'call', whole.start, whole);
  walk.edits.insert(whole.start, `__rubato.p(${site},`);
  visitChildren(walk, node);
  walk.edits.insert(whole.end, ')');
}

/**
 * `d(site, n(), call)`; when something in the call awaits, which is no part of its time, the clock is read behind the last argument:
 * `(v = call(…, (a = last, n = n(), a)), d(site, n, v))`.
 */
function visitBlockingCall(walk: Walk, place: Place): void {
  const { edits, frame } = walk;
  const { call, whole } = place;
  const before = frame.waits;
  const isStatementStart = walk.listed === whole.start;
  const start = edits.reserve(whole.start);
  walk.visit(call.callee, call);
  const last = call.arguments.at(-1);
  for (const each of call.arguments) if (each !== last) walk.visit(each, call);
  const late = last === undefined ? undefined : visitLastArgument(walk, last, call);
  const waits = frame.waits > before;
  if (waits && (late === undefined || !frame.isTask)) return;
  const site = walk.sites.add(frame, 'blocking', whole.start, whole);
  if (late === undefined || !waits) {
    edits.fill(start, `__rubato.d(${site},__rubato.n(),`);
    edits.insert(whole.end, ')');
    return;
  }
  frame.needsTimer = true;
  // A statement must not begin with a parenthesis when the one before it ends with its line.
  edits.fill(start, `${isStatementStart ? ';' : ''}(__rubato_v=`);
  edits.fill(late.open, '(__rubato_a=(');
  edits.fill(late.close, '),__rubato_n=__rubato.n(),__rubato_a)');
  edits.insert(whole.end, `,__rubato.d(${site},__rubato_n,__rubato_v,__rubato_v=__rubato_a=void 0))`);
}

/** Reserved places around the last argument; `undefined` when an assignment would give it a name. */
function visitLastArgument(
  walk: Walk,
  last: Expression | SpreadElement,
  call: CallExpression,
): { readonly open: number; readonly close: number } | undefined {
  const value = last.type === 'SpreadElement' ? last.argument : last;
  const open = walk.edits.reserve(value.start);
  walk.visit(last, call);
  const close = walk.edits.reserve(value.end);
  return NAMED.has(value.type) ? undefined : { open, close };
}

const NAMED: ReadonlySet<string> = new Set(['ArrowFunctionExpression', 'FunctionExpression', 'ClassExpression']);
