import type { ValueUse } from '../facts.ts';
import type { FixIntent } from '../fixes.ts';
import { isSafeCall } from '../catalog/safeCalls.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';

export const floatingPromise = defineRule({
  id: 'floating-promise',
  severity: 'error',
  summary: 'A promise is created and nothing waits for it or handles its rejection.',
  rationale:
    'The caller goes on before the work is done, and a rejection is lost: Node.js ends the process on it, a browser only logs it.',
  hint: 'Await it, return it, or handle its rejection with `.catch`.',
  languages: ['typescript', 'python'],
  // Not the program: the finding must be there before it is known. Where it is known, the message says less than it would.
  needs: ['discarded'],
  options: {
    immediatelyCalled: {
      description: 'When to report an immediately called async function that nobody awaits.',
      default: 'if-it-can-reject',
      values: ['if-it-can-reject', 'always', 'never'],
    },
  },
  limits: [
    '`void p` is an intentional mark: see `unsafe-void`.',
    'Where the called function of the program handles everything itself, only the order is lost, and the message says no more.',
    'A promise that is stored in a variable or field is not floating: see `lost-promise`.',
    'Objects that merely have a `then`, such as query builders, are no promises.',
    'A call that is given an error-first callback reports through it; so does a function that returns a promise only without one.',
    'Taking a stored promise out of an array (`queue.shift()`) starts nothing.',
    'Registering a test (`test`, `it`, `describe` and the like) is not reported: the test runner waits.',
  ],
  *check(ctx) {
    for (const use of ctx.facts.uses) {
      if (use.kind === 'awaited-array') yield* awaitedArray(use);
      else if (use.kind === 'discarded' && isReported(use, ctx)) yield isHarmless(use, ctx) ? notice(use) : report(use);
    }
  },
  examples: {
    typescript: {
      bad: [
        `save();\n//^^^ \`save()\` is not awaited`,
        `save().then(() => console.log('saved'));\n//^^^ nothing handles its rejection`,
        `save().catch();\n//^^^ \`.catch\` without a function`,
        `save().catch((error) => { throw error; });\n//^^^ throws again`,
        `save().finally(() => console.log('done'));\n//^^^ nothing handles its rejection`,
        `['a', 'b'].map(async (name) => remove(name));\n//^^^ array of promises`,
        `async function all() {\n  await ['a', 'b'].map((name) => remove(name));\n  //    ^^^ waits for none of its promises\n}`,
        `(async () => { await save(); })();\n//^^^ can reject and nothing handles it`,
        `declare const maybe: (() => void) | string;\nsave().catch(maybe);\n//^^^ \`.catch\` without a function`,
        `async function store(done: (error?: Error) => void) { await save(); done(); }\nstore((error) => console.error(error));\n//^^^ \`store(…)\` is not awaited`,
        `if (isReady) save(), console.log('started');\n//           ^^^ \`save()\` is not awaited`,
        `new Promise((resolve) => setTimeout(resolve, 10));\n//^^^ is not awaited`,
        `async function refresh() {\n  try {\n    await save();\n  } catch (error) {\n    console.error(error);\n  }\n}\nrefresh();\n//^^^ \`refresh()\` is not awaited`,
        `async function timed() { return new Promise<void>((_, reject) => setTimeout(reject, 10)); }\ntimed();\n//^^^ nothing handles its rejection`,
        `['a'].map((e) => remove(e));\n//^^^ array of promises`,
        `declare const page: { evaluate(run: (e: unknown) => void): Promise<void> };\npage.evaluate((e) => { console.log(e); });\n//^^^ is not awaited`,
        `import { writeFileSync } from 'node:fs';\nasync function store() { writeFileSync('a', 'b'); }\nstore();\n//^^^ nothing handles its rejection`,
        `let pending: Promise<void> | undefined;\nasync function once() { pending ??= save(); return pending; }\nonce();\n//^^^ nothing handles its rejection`,
        `async function passed(promise: Promise<void>) {\n  try {\n    return promise;\n  } catch {\n    return undefined;\n  }\n}\npassed(save());\n//^^^ nothing handles its rejection`,
        `save().catch((error) => { for (const part of [1, 2]) { if (part > 1) continue; } throw error; });\n//^^^ throws again`,
      ],
      good: [
        `declare const page: { write(text: string, done: (e: Error | null) => void): Promise<void> };\npage.write('x', (e) => { if (e) console.error(e); });`,
        `save().catch((error) => { if (error.code === 'ENOENT') return ''; throw error; });`,
        `await save();`,
        `void save();`,
        `save().catch((error) => console.error(error));`,
        `save().then(() => console.log('saved'), (error) => console.error(error));`,
        `save().catch((error) => console.error(error)).finally(() => console.log('done'));`,
        `declare const log: (error: unknown) => void;\nsave().catch(log);\nexport const quiet = (handler: any) => { save().then(undefined, handler); };`,
        `const saved = save();\nexport { saved };`,
        `export const start = () => save();`,
        `(async () => {\n  try {\n    await save();\n  } catch (error) {\n    console.error(error);\n  }\n})();`,
        `import { test } from 'node:test';\ntest('saves', async () => { await save(); });\ntest.only('saves', async () => { await save(); });`,
        `await Promise.all(['a', 'b'].map(async (name) => remove(name)));`,
        `declare function close(): Promise<void>;\ndeclare function close(done?: () => void): Promise<void> | undefined;\nclose(() => console.log('closed'));`,
        `declare function init(options: object, done?: (error: Error | null) => void): Promise<void>;\ninit({}, (error) => console.error(error));`,
        `const queue: Promise<void>[] = [save()];\nexport const drop = () => { queue.shift(); };`,
        `export class Page {\n  pending: Promise<void> | undefined;\n  open() { this.pending || (this.pending = save()); }\n}`,
        `declare const logger: { error(error: unknown): void };\n(async () => {\n  const start = new Date();\n  try {\n    await save();\n  } catch (error) {\n    logger.error(error);\n    process.exit(start.getTime());\n  }\n})();`,
        `import { EventEmitter } from 'node:events';\nnew EventEmitter().on('x', () => undefined);`,
        `declare const query: { then(done: (rows: string[]) => void): void; where(name: string): typeof query };\nquery.where('a');`,
      ],
    },
    python: { bad: [`save()\n#^^^ nothing awaits`], good: [`await save()`] },
  },
});

function isReported({ iife, target, value, callback }: ValueUse, { options, settings }: RuleContext): boolean {
  const reportsByCallback = callback === 'error-first' && value !== 'promise-array';
  if (reportsByCallback || (value === 'maybe-promise' && callback === 'any')) return false;
  if (iife === 'none') return !isSafeCall(target, settings.knownSafeCalls);
  const when = options['immediatelyCalled'];
  return when === 'always' || (when !== 'never' && iife === 'open');
}

/** The called function of the program takes all failures itself: only the order is lost, which may be meant. Known only with the program. */
function isHarmless({ call, iife, value, uselessHandler }: ValueUse, { facts, program }: RuleContext): boolean {
  if (call < 0 || iife !== 'none' || value !== 'promise' || uselessHandler !== 'none') return false;
  const resolved = program.resolve(facts.file, call);
  return (
    resolved.kind === 'functions' &&
    resolved.functions.every((fn) => program.functionOf(fn)?.guardsAll === true) &&
    program.callRejection(facts.file, call).level === 'never'
  );
}

function notice(use: ValueUse): Report {
  return {
    range: use.range,
    message: `\`${use.text}\` is not awaited`,
    hint: 'Await it where the order matters, or mark it with `void`.',
    fixes: fixesOf(use).filter(({ kind }) => kind !== 'catch'),
  };
}

function report(use: ValueUse): Report {
  return { range: use.range, message: messageOf(use), fixes: fixesOf(use) };
}

function messageOf({ text, value, iife, uselessHandler }: ValueUse): string {
  if (iife !== 'none') return 'This async function can reject and nothing handles it';
  if (value === 'promise-array') return `\`${text}\` makes an array of promises that nothing awaits`;
  if (uselessHandler === 'missing') {
    return /catch\([^)]*\)$/.test(text)
      ? `\`.catch\` without a function handles nothing: the rejection of \`${text}\` is lost`
      : `The rejection handler of \`${text}\` is no function: its rejection is lost`;
  }
  if (uselessHandler === 'rethrows') return `The handler of \`${text}\` always throws again, and nothing handles that`;
  return `\`${text}\` is not awaited and nothing handles its rejection`;
}

function fixesOf({ range, within, value, iife }: ValueUse): FixIntent[] {
  if (value === 'promise-array') return [{ kind: 'await-all', at: range }];
  if (iife !== 'none')
    return [
      { kind: 'catch', at: range },
      { kind: 'await', at: range },
    ];
  return [
    { kind: 'await', at: range },
    { kind: 'catch', at: range },
    { kind: 'return', at: within },
    { kind: 'void', at: range },
  ];
}

function* awaitedArray(use: ValueUse): Iterable<Report> {
  if (use.value !== 'promise-array') return;
  yield {
    range: use.range,
    message: `\`await\` of the array \`${use.text}\` waits for none of its promises`,
    hint: 'Wrap it in `Promise.all`.',
    fixes: [{ kind: 'await-all', at: use.range }],
  };
}
