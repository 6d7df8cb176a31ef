/** Known places that take callbacks, told by the name of the call and the look of its arguments. */
import { testGlobals, testModules } from '../../../catalog/testRunners.ts';
import type { CallbackSink, FunctionRole, Target } from '../../../facts.ts';

/** What is known of a call that takes a function. */
export interface SinkCall {
  /** Last name of the callee: `forEach`. */
  readonly name: string;
  /** Text of the callee: `items.forEach`. */
  readonly callee: string;
  readonly isNew: boolean;
  /** Position of the function among the arguments. */
  readonly argument: number;
  /** The first argument is a string, template or regular expression. */
  readonly isFirstText: boolean;
  /** That text, when it is a plain string. */
  readonly firstText: string;
  readonly target: Target;
  /** Names of the function's parameters, as far as they are plain. */
  readonly parameters: readonly string[];
}

export function sinkOf(call: SinkCall): CallbackSink {
  const { name } = call;
  if (call.isNew) return name === 'Promise' ? 'promise-executor' : 'other';
  if (isTest(call)) return 'test';
  if (TIMERS.has(name)) return 'timer';
  if (CHAINS.has(name) && call.callee.includes('.')) return 'promise-chain';
  if (name === 'forEach') return 'array-iteration';
  if (TRANSFORMS.has(name) && call.argument === (name === 'from' ? 1 : 0)) return 'array-transform';
  if (isRequestHandler(call)) return 'request-handler';
  if (name === 'addEventListener') return 'dom';
  if (!EMITTERS.has(name) || !call.isFirstText) return 'other';
  return call.callee.startsWith('process.') && ENDINGS.has(call.firstText) ? 'process-end' : 'emitter';
}

export function roleOf(sink: CallbackSink): FunctionRole {
  switch (sink) {
    case 'array-iteration':
    case 'array-transform':
    case 'promise-executor':
      return 'sync-callback';
    case 'timer':
      return 'timer-callback';
    case 'emitter':
    case 'dom':
      return 'listener';
    case 'request-handler':
      return 'request-handler';
    case 'promise-chain':
      return 'promise-callback';
    case 'test':
      return 'test';
    case 'process-end':
      return 'exit-handler';
    default:
      return 'plain';
  }
}

const CHAINS: ReadonlySet<string> = new Set(['then', 'catch', 'finally']);

/** Events of `process` after which nobody waits for the event loop; in `exit` only synchronous work is possible at all. */
const ENDINGS: ReadonlySet<string> = new Set([
  'exit',
  'beforeExit',
  'SIGINT',
  'SIGTERM',
  'SIGQUIT',
  'uncaughtException',
  'uncaughtExceptionMonitor',
  'unhandledRejection',
]);

const TIMERS: ReadonlySet<string> = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'nextTick',
]);
const EMITTERS: ReadonlySet<string> = new Set(['on', 'once', 'addListener', 'prependListener', 'prependOnceListener']);
/** Names of calls that take a callback and use what it returns. */
export const TRANSFORMS: ReadonlySet<string> = new Set([
  'map',
  'flatMap',
  'filter',
  'some',
  'every',
  'find',
  'findIndex',
  'findLast',
  'findLastIndex',
  'reduce',
  'reduceRight',
  'sort',
  'toSorted',
  'from',
  'replace',
  'replaceAll',
]);

function isTest({ callee, target }: SinkCall): boolean {
  if (target.kind === 'import') return testModules.has(target.module);
  const root = callee.split('.')[0] ?? '';
  return target.kind === 'global' && testGlobals.has(root);
}

const ROUTES: ReadonlySet<string> = new Set([
  'get',
  'post',
  'put',
  'patch',
  'delete',
  'head',
  'options',
  'all',
  'use',
  'route',
]);

/** Told by the names of the parameters: handlers take the request first, those for errors second. */
export function isRequestTaker([first = '', second = '']: readonly string[]): boolean {
  return REQUEST.test(first) || (ERROR.test(first) && REQUEST.test(second));
}

const REQUEST = /^_?(req|request|ctx|context|c)$/;
const ERROR = /^_?(e|er|err|error)$/;

/** `app.get('/path', handler)`, `createServer(handler)`, `app.use((req, res, next) => …)`. */
function isRequestHandler(call: SinkCall): boolean {
  if (call.name === 'createServer') return true;
  if (!ROUTES.has(call.name) || !call.callee.includes('.')) return false;
  const takesRequest = isRequestTaker(call.parameters);
  return call.isFirstText
    ? call.argument > 0 && (takesRequest || call.parameters.length > 1)
    : takesRequest && call.parameters.length > 1;
}

/** Names of calls to which functions are often handed by name. */
export const NAMED_SINKS: ReadonlySet<string> = new Set([
  ...testGlobals,
  ...TIMERS,
  ...EMITTERS,
  ...ROUTES,
  ...TRANSFORMS,
  'forEach',
  'addEventListener',
  'createServer',
]);
