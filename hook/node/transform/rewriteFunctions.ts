/** Functions: the begin and end of a task. */
import type { AnyNode, BlockStatement, StaticBlock } from 'acorn';
import { functionText } from './functionText.ts';
import { canMoveIntoBlock } from './moveIntoBlock.ts';
import { endHandler, handlerBody, handlerParameter, startHandler, type Handler } from './rewriteHandlers.ts';
import { findAfter } from './trivia.ts';
import { visitAll, type Frame, type FunctionNode, type Walk } from './walk.ts';

const TIMER = 'let __rubato_v,__rubato_a,__rubato_n;';
/** A `finally` costs V8 registers, which each suspended call keeps, so it is there only where it must be. */
const FINALLY = '}catch(__rubato_e){throw __rubato.x(__rubato_e,__rubato_t)}finally{__rubato.e(void 0,__rubato_t)}';
const CATCH = '}catch(__rubato_e){throw __rubato.z(__rubato_e,__rubato_t)}';

/** Begin of a task; `timer`: it times calls that await in their arguments. */
export function taskStart(frame: Frame): string {
  return `const __rubato_t=__rubato.b(${frame.site});${frame.needsTimer ? TIMER : ''}`;
}

/** State of a frame before anything in it was visited. */
export function freshFrame(): Pick<
  Frame,
  'site' | 'waits' | 'loops' | 'needsTimer' | 'guards' | 'needsFinally' | 'returns'
> {
  return { site: 0, waits: 0, loops: 0, needsTimer: false, guards: 0, needsFinally: false, returns: [] };
}

export function visitFunction(walk: Walk, node: FunctionNode, parent: AnyNode): void {
  const outer = walk.frame;
  const { start, end } = functionText(walk, node, parent);
  const isTask = node.async && canMoveIntoBlock(node);
  const isAsyncGenerator = node.async && node.generator;
  const holder = walk.holder;
  walk.frame = {
    node,
    parent,
    holder,
    isTask,
    isAsyncGenerator,
    start,
    end,
    ...freshFrame(),
  };
  // What closes a generator early is no return of its own.
  walk.frame.needsFinally = isAsyncGenerator;
  if (isTask) walk.sites.functionSite(walk.frame);
  const handler = startHandler(walk, node);
  if (handler !== undefined) handlerParameter(walk, node, handler);
  visitAll(walk, node.params, node);
  if (node.body.type === 'BlockStatement') visitBlockBody(walk, node.body, handler);
  else visitValueBody(walk, node, handler);
  walk.frame = outer;
  if (handler !== undefined) endHandler(walk, handler);
}

/** Static blocks hold sites as functions do. */
export function visitStaticBlock(walk: Walk, node: StaticBlock, parent: AnyNode): void {
  const outer = walk.frame;
  const { start, end } = node;
  walk.frame = {
    ...{ node, parent, holder: walk.holder, isTask: false, isAsyncGenerator: false },
    ...{ start, end, ...freshFrame() },
  };
  visitAll(walk, node.body, node);
  walk.frame = outer;
}

function visitBlockBody(walk: Walk, body: BlockStatement, handler: Handler | undefined): void {
  const { edits, frame } = walk;
  const directives = body.body.filter((statement) => statement.type === 'ExpressionStatement' && statement.directive);
  const last = directives.at(-1);
  const place = last?.end ?? body.start + 1;
  const start = edits.reserve(place);
  if (handler !== undefined) handlerBody(walk, handler, { place, isBlock: true });
  visitAll(walk, body.body, body);
  if (handler !== undefined && !handler.watch.isUsed && last !== undefined && !frame.isTask) edits.fill(start, ';');
  if (!frame.isTask) return;
  // A directive may have ended with its line.
  edits.fill(start, `${last === undefined ? '' : ';'}${taskStart(frame)}try{`);
  edits.insert(
    body.end - 1,
    taskEnd(walk, LEAVING.has(body.body.at(-1)?.type ?? '') ? '' : ';__rubato.e(void 0,__rubato_t)'),
  );
}

const LEAVING: ReadonlySet<string> = new Set(['ReturnStatement', 'ThrowStatement']);

/** @param end of a body that runs to its end */
function taskEnd({ edits, frame }: Walk, end: string): string {
  if (frame.needsFinally) return FINALLY;
  for (const { edit, text } of frame.returns) edits.fill(edit, text);
  return `${end}${CATCH}`;
}

/** `async () => value` becomes a block that returns the value. Parentheses around the value are part of it. */
function visitValueBody(walk: Walk, node: FunctionNode, handler: Handler | undefined): void {
  const { edits, frame } = walk;
  const lastParameter = node.params.at(-1);
  const place =
    lastParameter === undefined
      ? findAfter(walk.source, node.start, '=>', 'async()')
      : findAfter(walk.source, lastParameter.end, '=>', ',)');
  const start = edits.reserve(place + 2);
  if (handler !== undefined) handlerBody(walk, handler, { place: place + 2, isBlock: false });
  walk.visit(node.body, node);
  if (handler !== undefined && !handler.watch.isUsed) edits.insert(node.end, '))');
  if (!frame.isTask) return;
  edits.fill(start, `{${taskStart(frame)}try{return __rubato.e(`);
  edits.insert(node.end, `,__rubato_t)${CATCH}}`);
}
