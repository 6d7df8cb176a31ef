/** Where a task waits: `await`, `yield`, `for await`, and what async generators return. */
import type {
  AnyNode,
  AwaitExpression,
  DoWhileStatement,
  ForInStatement,
  ForOfStatement,
  ForStatement,
  LabeledStatement,
  ReturnStatement,
  Statement,
  WhileStatement,
  YieldExpression,
} from 'acorn';
import { visitChildren } from './children.ts';
import { skipTrivia } from './trivia.ts';
import { isStatementList, type Walk } from './walk.ts';

/**
 * Around an await or yield. An optional call, because errors name it as they name the await: `(intermediate value).map is not a function`
 * instead of `__rubato.c(...).map is not a function`.
 */
const resumed = '__rubato?.c(';

/** What follows the awaited value: the arguments of the call before the wait, and of the one after it. */
function closing(site: number): string {
  return `,__rubato_t,${site}),__rubato_t)`;
}

export function visitAwait(walk: Walk, node: AwaitExpression): void {
  const { edits, frame } = walk;
  const isInHead = walk.loopHead === frame;
  let site = 0;
  if (frame.isTask) {
    taskOf(walk);
    const start = node.start + 'await'.length;
    // Parentheses around the operand stand in no node; types may be in them.
    site = walk.sites.add(frame, 'await', node.start, { start, end: node.end });
    edits.insert(node.start, resumed);
    edits.insert(start, ` __rubato.a(${isInHead ? '(__rubato.k(__rubato_t),' : ''}`);
  }
  walk.visit(node.argument, node);
  frame.waits++;
  if (frame.isTask) edits.insert(node.end, `${isInHead ? ')' : ''}${closing(site)}`);
}

/** A module's task begins to exist with its first await. */
function taskOf({ sites, frame }: Walk): void {
  sites.functionSite(frame);
}

export function visitYield(walk: Walk, node: YieldExpression): void {
  const { edits, frame } = walk;
  const isTask = frame.isTask && frame.isAsyncGenerator;
  let site = 0;
  if (isTask) {
    site = walk.sites.add(frame, 'yield', node.start, node.argument ?? 'yield');
    edits.insert(node.start, resumed);
    const end = node.start + 'yield'.length;
    const place = node.delegate ? skipTrivia(walk.source, end) + 1 : end;
    edits.insert(place, ` __rubato.y(${node.argument ? '' : `void 0${closing(site)}`}`);
  }
  if (node.argument) walk.visit(node.argument, node);
  frame.waits++;
  if (isTask && node.argument) edits.insert(node.end, closing(site));
}

export function visitReturn(walk: Walk, node: ReturnStatement): void {
  const { frame } = walk;
  if (frame.isAsyncGenerator) visitGeneratorReturn(walk, node);
  else if (frame.isTask) visitTaskReturn(walk, node);
  else visitChildren(walk, node);
}

/** An async generator awaits what it returns, without a word; its end takes it up again. */
function visitGeneratorReturn(walk: Walk, node: ReturnStatement): void {
  const { edits, frame } = walk;
  const { argument } = node;
  if (!argument) return;
  const [open, close] = parentheses(argument);
  const site = frame.isTask ? walk.sites.add(frame, 'await', node.start, argument) : 0;
  if (frame.isTask) edits.insert(argument.start, `__rubato.a(${open}`);
  walk.visit(argument, node);
  frame.waits++;
  if (frame.isTask) edits.insert(argument.end, `${close},__rubato_t,${site})`);
}

/** The task ends with its value made, unless something of the function runs after that: then its end stands in a `finally`. */
function visitTaskReturn(walk: Walk, node: ReturnStatement): void {
  const { edits, frame } = walk;
  const { argument } = node;
  if (frame.guards > 0) frame.needsFinally = true;
  if (!argument) {
    frame.returns.push({ edit: edits.reserve(node.start + 'return'.length), text: ' __rubato.e(void 0,__rubato_t)' });
    return;
  }
  const [open, close] = parentheses(argument);
  frame.returns.push({ edit: edits.reserve(argument.start), text: `__rubato.e(${open}` });
  walk.visit(argument, node);
  frame.returns.push({ edit: edits.reserve(argument.end), text: `${close},__rubato_t)` });
}

/** Around what becomes an argument of a call. */
function parentheses({ type }: AnyNode): readonly [open: string, close: string] {
  return type === 'SequenceExpression' ? ['(', ')'] : ['', ''];
}

/** The `for await` that a statement is, labels aside. */
export function forAwaitOf(statement: LabeledStatement | ForOfStatement): ForOfStatement | undefined {
  let at: AnyNode = statement;
  while (at.type === 'LabeledStatement') at = at.body;
  return at.type === 'ForOfStatement' && at.await ? at : undefined;
}

/** @param statement the loop with its labels */
export function visitForAwait(
  walk: Walk,
  statement: LabeledStatement | ForOfStatement,
  loop: ForOfStatement,
  parent: AnyNode,
): void {
  const { edits, frame } = walk;
  if (!frame.isTask) {
    visitChildren(walk, loop);
    frame.waits++;
    return;
  }
  const isListed = isStatementList(parent);
  if (!isListed) edits.insert(statement.start, '{');
  taskOf(walk);
  visitLoopHead(walk, loop);
  const [open, close] = parentheses(loop.right);
  const site = walk.sites.add(frame, 'for-await', loop.start, loop.right);
  edits.insert(loop.right.start, `__rubato.f(${open}`);
  walk.visit(loop.right, loop);
  edits.insert(loop.right.end, `${close},__rubato_t,${site})`);
  frame.waits++;
  frame.loops++;
  frame.guards++;
  visitLoopBody(walk, loop);
  frame.guards--;
  edits.insert(statement.end, `__rubato.k(__rubato_t);${isListed ? '' : '}'}`);
}

/** What is assigned to in each round, before the body: what awaits there finds the task still waiting for the loop. */
function visitLoopHead(walk: Walk, loop: ForOfStatement): void {
  const outer = walk.loopHead;
  walk.loopHead = walk.frame;
  walk.visit(loop.left, loop);
  walk.loopHead = outer;
}

/**
 * A labeled statement that is left from a `for await` inside it: closing the iterator waited, and the place behind the loop is passed over.
 * So the task is taken up behind the statement, and in each round of a loop.
 */
export function visitLabeled(walk: Walk, node: LabeledStatement, parent: AnyNode): void {
  const { edits, frame } = walk;
  const before = frame.loops;
  const isListed = isStatementList(parent);
  const body = loopBody(node);
  const isBlock = body?.type === 'BlockStatement';
  const open = edits.reserve(node.start);
  const round = body && edits.reserve(isBlock ? body.start + 1 : body.start);
  visitChildren(walk, node);
  const roundEnd = body && edits.reserve(body.end);
  const close = edits.reserve(node.end);
  if (frame.loops === before || !frame.isTask) return;
  if (!isListed) edits.fill(open, '{');
  if (round !== undefined) edits.fill(round, `${isBlock ? '' : '{'}__rubato.k(__rubato_t);`);
  if (roundEnd !== undefined && !isBlock) edits.fill(roundEnd, '}');
  edits.fill(close, `__rubato.k(__rubato_t);${isListed ? '' : '}'}`);
}

/** Body of the loop that a labeled statement is. */
function loopBody(statement: LabeledStatement): Statement | undefined {
  let at: Statement = statement;
  while (at.type === 'LabeledStatement') at = at.body;
  return isLoop(at) ? at.body : undefined;
}

type Loop = ForStatement | ForInStatement | ForOfStatement | WhileStatement | DoWhileStatement;

function isLoop(statement: Statement): statement is Loop {
  return LOOPS.has(statement.type);
}

const LOOPS: ReadonlySet<string> = new Set([
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
]);

function visitLoopBody(walk: Walk, loop: ForOfStatement): void {
  const { body } = loop;
  const isBlock = body.type === 'BlockStatement';
  walk.edits.insert(isBlock ? body.start + 1 : body.start, `${isBlock ? '' : '{'}__rubato.k(__rubato_t);`);
  walk.visit(body, loop);
  if (!isBlock) walk.edits.insert(body.end, '}');
}
