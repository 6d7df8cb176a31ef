import type { CallbackFact } from '../facts.ts';
import type { FixIntent } from '../fixes.ts';
import type { FunctionRef } from '../graph/program.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';

export const asyncCallbackIgnored = defineRule({
  id: 'async-callback-ignored',
  severity: 'warning',
  summary: 'An async function is handed to something that ignores its promise, and it can reject.',
  rationale:
    'Whoever calls the function throws its promise away: nothing waits for the work, and a rejection is unhandled. Data written in a `forEach(async …)` is the classic loss.',
  hint: 'Catch inside the function, or use a construct that awaits, such as `for … of` or `Promise.all`.',
  languages: ['typescript'],
  needs: ['callbacks', 'program'],
  limits: [
    'Silent when the function catches everything itself: then only the order is lost, which may be meant.',
    'Silent where the compiler says that a promise is welcome, for example in Express 5 handlers and React actions.',
    'Silent for listeners of emitters with `captureRejections: true`.',
    'Silent for request handlers in plain JavaScript, where the version of the framework is not known.',
  ],
  *check(ctx) {
    for (const callback of ctx.facts.callbacks) {
      if (!ignoresPromise(callback, ctx)) continue;
      const fn = asyncFunction(callback, ctx);
      if (fn !== undefined) yield* reportIfItRejects(callback, fn, ctx);
    }
  },
  examples: {
    typescript: {
      bad: [
        `export function removeAll(names: string[]) {\n  names.forEach(async (name) => { await remove(name); });\n  //            ^^^ \`forEach\` ignores the promise\n}`,
        `import { EventEmitter } from 'node:events';\nexport function listen(bus: EventEmitter) {\n  bus.on('saved', async () => { await save(); });\n  //              ^^^ \`on\` ignores the promise\n}`,
        `setTimeout(async () => { await save(); }, 10);\n//         ^^^ \`setTimeout\` ignores the promise`,
        `async function onSaved() { await save(); }\nexport function listen(bus: import('node:events').EventEmitter) {\n  bus.on('saved', onSaved);\n  //              ^^^ \`on\` ignores the promise\n}`,
        `const refresh: () => void = async () => { await save(); };\n//                          ^^^ \`refresh\` ignores the promise\nexport { refresh };`,
        `interface Job { done: () => void }\nexport function watch(job: Job) {\n  job.done = async () => { await save(); };\n  //         ^^^ \`done\` ignores the promise\n}`,
        `declare function subscribe(options: { done(): void }): void;\nsubscribe({ done: async () => { await save(); } });\n//                ^^^ \`done\` ignores the promise`,
        `document.addEventListener('click', async () => { await save(); });\n//                                 ^^^ \`addEventListener\` ignores the promise`,
        `window.onload = async () => { await save(); };\n//              ^^^ \`onload\` ignores the promise`,
        `declare const db: { find(id: string): Promise<string> };\n['x'].forEach(async (id) => db.find(id));\n//            ^^^ \`forEach\` ignores the promise`,
        `declare function each(run: () => void): void;\nasync function done() { await save(); }\neach(done);\n//   ^^^ \`each\` ignores the promise of \`done\``,
        `declare function subscribe(options: { done(): void }): void;\nasync function store() { await save(); }\nsubscribe({ done: store });\n//                ^^^ \`done\` ignores the promise of \`store\``,
        `async function twice() {\n  try {\n    return new Promise<void>((_, reject) => setTimeout(reject, 5));\n  } catch {\n    return undefined;\n  }\n}\nsetInterval(twice, 1000);\n//          ^^^ \`setInterval\` ignores the promise`,
      ],
      good: [
        `declare const watcher: { unlisten(listener: () => void): void; detach(listener: () => void): void };\nasync function onChange() { await save(); }\nwatcher.unlisten(onChange);\nwatcher.detach(onChange);`,
        `declare const bus: { removeListener(name: string, listener: () => void): void };\nasync function onSaved() { await save(); }\nbus.removeListener('saved', onSaved);`,
        `declare function all(run: () => Promise<void>): void;\nasync function done() { await save(); }\nall(done);\nexport const jobs = { done: done };`,
        `import path from 'node:path';\nconst nameOf = (file: string) => path.basename(file);\n['x'].forEach(async (file) => nameOf(file));\n['y'].forEach(async (file) => path.basename(file));`,
        `for (const name of ['a', 'b']) await remove(name);`,
        `await Promise.all(['a', 'b'].map(async (name) => { await remove(name); }));`,
        `import { EventEmitter } from 'node:events';\nexport function listen(bus: EventEmitter) {\n  bus.on('saved', async () => {\n    try {\n      await save();\n    } catch (error) {\n      console.error(error);\n    }\n  });\n}`,
        `interface Job { done?: () => Promise<void> }\nexport function watch(job: Job) { job.done = async () => { await save(); }; }\nexport const run: () => unknown = async () => { await save(); };`,
        `setTimeout(() => { save().catch((error) => console.error(error)); }, 10);`,
        `import { EventEmitter } from 'node:events';\nconst bus = new EventEmitter({ captureRejections: true });\nbus.on('saved', async () => { await save(); });`,
        `declare function subscribe(options: { done(): void | Promise<void> }): void;\nsubscribe({ done: async () => { await save(); } });`,
        `interface Server { register(plugin: (done: () => void) => void): void; register(plugin: () => Promise<void>): void }\ndeclare const server: Server;\nserver.register(async () => { await save(); });`,
        `import { EventEmitter } from 'node:events';\nexport function listen(bus: EventEmitter) {\n  bus.on('saved', async () => { await new Promise<void>((done) => setTimeout(done, 5)); console.log('x'); });\n}`,
        `import { EventEmitter } from 'node:events';\nexport function listen(bus: EventEmitter) {\n  bus.on('saved', async () => { const saved = save().catch((error) => console.error(error)); await saved; });\n}`,
        `import { test } from 'node:test';\ntest('saves', async () => { await save(); });`,
      ],
    },
  },
});

const SKIPPED: ReadonlySet<string> = new Set(['array-transform', 'promise-executor', 'promise-chain', 'test']);
/** Sinks that ignore results whatever the type of their receiver. */
const BY_NAME: ReadonlySet<string> = new Set(['array-iteration', 'timer', 'emitter', 'process-end', 'dom']);

function ignoresPromise({ sink, expects }: CallbackFact, { facts }: RuleContext): boolean {
  if (SKIPPED.has(sink) || (sink === 'emitter' && facts.capturesRejections)) return false;
  // The types of the DOM take handlers that return anything, and drop it.
  return expects === 'void' || (expects === 'unknown' && BY_NAME.has(sink)) || (expects === 'other' && sink === 'dom');
}

function asyncFunction({ callback, node }: CallbackFact, { facts, program }: RuleContext): FunctionRef | undefined {
  if (callback >= 0) return { file: facts.file, index: callback };
  const resolved = program.resolveName(facts.file, node);
  const [only] = resolved.kind === 'functions' ? resolved.functions : [];
  return only !== undefined && program.functionOf(only)?.isAsync === true ? only : undefined;
}

function* reportIfItRejects(
  callback: CallbackFact,
  fn: FunctionRef,
  { facts, program }: RuleContext,
): Iterable<Report> {
  const { level, path } = program.rejection(fn);
  if (level === 'never') return;
  const fact = program.functionOf(fn);
  const own = callback.callback >= 0 && fact !== undefined;
  const what = callback.name === '' ? 'this async function' : `\`${callback.name}\``;
  yield {
    range: own ? { start: fact.range.start, end: fact.range.start + 'async'.length } : callback.range,
    message: `\`${callback.receiver || 'the caller'}\` ignores the promise of ${what}, which can reject`,
    // Of a wait for something outside the program nothing is known: it may or may not fail.
    confidence: callback.expects === 'void' && level !== 'external' ? 'certain' : 'likely',
    path: path.filter(({ file, range }) => file !== facts.file || range.start !== callback.range.start),
    fixes: fixesOf(callback, { facts, program }),
    ...(callback.sink === 'array-iteration'
      ? { hint: 'Use `for … of` with `await`, or `Promise.all` over `map`.' }
      : {}),
  };
}

function fixesOf(
  { callback, call, sink, range }: CallbackFact,
  { facts, program }: Pick<RuleContext, 'facts' | 'program'>,
): FixIntent[] {
  if (callback < 0) return [];
  const guard: FixIntent = { kind: 'catch-inside', at: range };
  const called = sink === 'array-iteration' ? program.resolve(facts.file, call) : undefined;
  const isList = called?.kind === 'external' && called.module === 'lib' && LISTS.test(called.name);
  return isList ? [{ kind: 'for-of', at: range }, guard] : [guard];
}

/** A loop over these gives the values that `forEach` gives; one over a map gives pairs. */
const LISTS = /^(Readonly)?(Array|Set)\.forEach$/;
