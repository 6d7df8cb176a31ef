/** Catch clauses and rejection handlers that drop their error, and try statements around awaits. */
import type { CallExpression, CatchClause, TryStatement } from 'acorn';
import { findAfter } from './trivia.ts';
import { visitAll, type FunctionNode, type Walk, type Watch } from './walk.ts';

/** Something was looked up by name: an open catch clause or handler may hold it. */
export function noteName({ watch }: Walk, name: string): void {
  for (let at = watch; at !== undefined; at = at.outer) {
    if (at.name === name || (name === 'arguments' && at.frame.node.type === 'FunctionExpression')) setUsed(at);
  }
}

/** Whatever is caught around here may be looked at: a direct `eval`. */
export function noteAnyName({ watch }: Walk): void {
  for (let at = watch; at !== undefined; at = at.outer) setUsed(at);
}

/** This function fails instead: the errors that it has caught are replaced, not dropped. */
export function noteFailure({ watch, frame }: Walk): void {
  for (let at = watch; at !== undefined; at = at.outer) if (at.frame === frame) setUsed(at);
}

function setUsed(watch: Watch): void {
  watch.isUsed = true;
}

export function visitTry(walk: Walk, node: TryStatement): void {
  const before = walk.frame.waits;
  const { frame } = walk;
  if (node.finalizer) frame.guards++;
  walk.visit(node.block, node);
  if (node.handler) visitCatch(walk, node.handler, walk.frame.waits > before);
  if (!node.finalizer) return;
  frame.guards--;
  if (walk.frame.waits > before) resume(walk, node.finalizer.start + 1);
  walk.visit(node.finalizer, node);
}

function resume({ edits, frame }: Walk, place: number): void {
  if (frame.isTask) edits.insert(place, '__rubato.k(__rubato_t);');
}

function visitCatch(walk: Walk, clause: CatchClause, waited: boolean): void {
  const { edits, frame, watch: outer } = walk;
  const { param, body } = clause;
  const binding = edits.reserve(clause.start + 'catch'.length);
  if (param) walk.visit(param, clause);
  if (waited) resume(walk, body.start + 1);
  const start = edits.reserve(body.start + 1);
  const isPattern = param && param.type !== 'Identifier';
  const watch: Watch = {
    outer,
    frame,
    name: param?.type === 'Identifier' ? param.name : '',
    isUsed: isPattern === true,
  };
  walk.watch = watch;
  visitAll(walk, body.body, body);
  walk.watch = outer;
  if (watch.isUsed) return;
  const site = walk.sites.add(frame, 'catch', clause.start, 'catch');
  if (!param) edits.fill(binding, '(__rubato_w)');
  edits.fill(start, `__rubato.w(${site},${watch.name || '__rubato_w'});`);
}

/** A function written as argument of `.catch` or second argument of `.then`. */
export interface Handler {
  readonly watch: Watch;
  readonly place: number;
  readonly method: string;
  /** Reserved for a parameter, when it has none. */
  parameter: number | undefined;
  /** Reserved for the record at the start of its body. */
  body: { readonly edit: number; readonly isBlock: boolean } | undefined;
}

/** Remembers handlers written in place, for when they are visited. */
export function noteHandlers(walk: Walk, call: CallExpression): void {
  const { callee } = call;
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier') return;
  const { name: method, start: place } = callee.property;
  if (method !== 'catch' && method !== 'then') return;
  const handler = call.arguments[method === 'catch' ? 0 : 1];
  if (handler?.type !== 'ArrowFunctionExpression' && handler?.type !== 'FunctionExpression') return;
  if (!handler.generator) walk.handlers.set(handler, { place, method });
}

export function startHandler(walk: Walk, node: FunctionNode): Handler | undefined {
  const known = walk.handlers.get(node);
  if (known === undefined) return undefined;
  walk.handlers.delete(node);
  const [first] = node.params;
  if (first !== undefined && first.type !== 'Identifier') return undefined;
  const watch: Watch = { outer: walk.watch, frame: walk.frame, name: first?.name ?? '', isUsed: false };
  return { watch, ...known, parameter: undefined, body: undefined };
}

/**
 * Where a parameter may go that the program cannot see: one with a default does not count in `length`. A function with directives
 * must not have such a parameter.
 */
export function handlerParameter(walk: Walk, node: FunctionNode, handler: Handler): void {
  if (node.params.length > 0 || hasDirective(node)) return;
  const from = node.type === 'ArrowFunctionExpression' ? node.start : (node.id?.end ?? node.start + 'function'.length);
  const before = node.type === 'ArrowFunctionExpression' ? 'async' : 'function*';
  handler.parameter = walk.edits.reserve(findAfter(walk.source, from, '(', before) + 1);
}

function hasDirective({ body }: FunctionNode): boolean {
  const first = body.type === 'BlockStatement' ? body.body[0] : undefined;
  return first?.type === 'ExpressionStatement' && first.directive !== undefined;
}

/** At the start of the handler's body; parameters were visited. */
export function handlerBody(walk: Walk, handler: Handler, at: { place: number; isBlock: boolean }): void {
  handler.body = { edit: walk.edits.reserve(at.place), isBlock: at.isBlock };
  walk.watch = handler.watch;
}

export function endHandler(walk: Walk, handler: Handler): void {
  walk.watch = handler.watch.outer;
  const { watch, body, parameter } = handler;
  if (watch.isUsed || body === undefined) return;
  const site = walk.sites.add(walk.frame, 'catch', handler.place, `.${handler.method}()`);
  if (parameter !== undefined) walk.edits.fill(parameter, '__rubato_w=void 0');
  const error = watch.name || (parameter === undefined ? 'void 0' : '__rubato_w');
  const record = `__rubato.w(${site},${error})`;
  walk.edits.fill(body.edit, body.isBlock ? `${record};` : `(${record},(`);
}
