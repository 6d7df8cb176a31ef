import type { CallFact, FunctionFact } from '../facts.ts';
import type { FixIntent } from '../fixes.ts';
import type { BlockingEdge, FunctionRef, Program } from '../graph/program.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';

export const blockingCall = defineRule({
  id: 'blocking-call',
  severity: 'error',
  summary: 'A call that blocks the event loop is reached from async code.',
  rationale:
    'While it runs, nothing else does: every request, timer and stream of the process waits. One synchronous read in a handler raises the latency of all routes.',
  hint: 'Use the asynchronous form and await it, or move the work to a worker thread.',
  languages: ['typescript', 'python'],
  needs: ['program'],
  options: {
    checkStartup: { description: 'Also report functions that run only while the program starts.', default: false },
    checkTests: { description: 'Also report the bodies of tests and what only they call.', default: false },
    checkShortCalls: {
      description: 'Also report calls that ask the file system a single question, such as `existsSync`.',
      default: true,
    },
  },
  limits: [
    'Silent at module top level and in functions that only run from there, loops that wait for work excepted: starting up may block.',
    'Silent in tests, in functions that only tests call, and in files that run in worker threads.',
    'Silent where the process is about to end: listeners of `exit`, `SIGINT`, `SIGTERM`, uncaught exceptions and unhandled rejections.',
    'Plain synchronous functions are reported where async code, a request handler or a listener calls them.',
  ],
  *check(ctx) {
    const { facts, program } = ctx;
    if (facts.isWorker) return;
    const seen = new Set<number>();
    for (const [index, fact] of facts.functions.entries()) {
      const fn = { file: facts.file, index };
      if (program.blockingCalls(fn).length === 0 || !isCalledByLoop(fn, fact, program)) continue;
      if (ctx.options['checkTests'] !== true && program.isTestOnly(fn)) continue;
      const isAtStart = ctx.options['checkStartup'] !== true && START_ROLES.has(fact.role) && program.isBootOnly(fn);
      for (const edge of edgesBelow(fn, program)) {
        if (edge.file !== facts.file || seen.has(edge.call)) continue;
        if (isAtStart && facts.calls[edge.call]?.isInServiceLoop !== true) continue;
        seen.add(edge.call);
        yield* report(edge, fact, ctx);
      }
    }
  },
  examples: {
    typescript: {
      bad: [
        `import { readFileSync } from 'node:fs';\nexport async function load(path: string) {\n  return readFileSync(path, 'utf8');\n  //     ^^^ \`readFileSync\` blocks the event loop\n}`,
        `import fs from 'fs';\nfunction readConfig() { return JSON.parse(fs.readFileSync('config.json', 'utf8')); }\nexport async function load() {\n  return readConfig();\n  //     ^^^ \`readConfig\` blocks the event loop: it reaches \`fs.readFileSync\`\n}`,
        `import { execSync } from 'node:child_process';\nexport async function versions(names: string[]) {\n  return names.map((name) => execSync(name + ' --version'));\n  //                         ^^^ \`execSync\` blocks the event loop\n}`,
        `import { createServer } from 'node:http';\nimport { readFileSync } from 'node:fs';\ncreateServer((req, res) => { res.end(readFileSync('index.html')); });\n//                                   ^^^ \`readFileSync\` blocks the event loop`,
        `import { randomBytes } from 'node:crypto';\nexport async function noise(size: number) { return randomBytes(size); }\n//                                                 ^^^ \`randomBytes\` blocks the event loop`,
        `import { readFileSync } from 'node:fs';\nasync function main() {\n  for (;;) {\n    await sleep(10);\n    console.log(readFileSync('jobs.json', 'utf8'));\n    //          ^^^ \`readFileSync\` blocks the event loop\n  }\n}\nmain().catch((error) => console.error(error));`,
        `import { writeFileSync } from 'node:fs';\nsetInterval(() => { writeFileSync('alive', ''); }, 1000);\n//                  ^^^ \`writeFileSync\` blocks the event loop`,
        `import { existsSync } from 'node:fs';\nexport async function present(paths: string[]) { return paths.filter(existsSync); }\n//                                                      ^^^ it reaches \`existsSync\``,
        `import { statSync } from 'node:fs';\nclass Files { size(path: string) { return statSync(path).size; } }\nexport async function total(paths: string[]) {\n  const files = new Files();\n  let sum = 0;\n  for (const path of paths) sum += files.size(path);\n  //                               ^^^ it reaches \`statSync\`\n  return sum;\n}`,
        `import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';\nimport { readFileSync } from 'node:fs';\nfunction show(_request: IncomingMessage, response: ServerResponse) { response.end(readFileSync('index.html')); }\n//                                                                                ^^^ \`readFileSync\` blocks the event loop\ncreateServer(show);`,
        `import { writeFileSync } from 'node:fs';\nfunction tick() { writeFileSync('alive', ''); }\n//                ^^^ \`writeFileSync\` blocks the event loop\nsetInterval(tick, 1000);`,
        `import { readFileSync } from 'node:fs';\ninterface Router { get(path: string, handler: (req: object, res: { send(body: unknown): void }) => void): void }\nexport function routes(router: Router) { router.get('/', show); }\nfunction show(req: object, res: { send(body: unknown): void }) { res.send(readFileSync('index.html')); }\n//                                                                        ^^^ \`readFileSync\` blocks the event loop`,
        `import { appendFileSync } from 'node:fs';\ninterface App { use(handler: (err: Error, req: object, res: object, next: () => void) => void): void }\nexport function log(app: App) { app.use((err, req, res, next) => { appendFileSync('log', err.message); next(); }); }\n//                                                                  ^^^ \`appendFileSync\` blocks the event loop`,
        `import { writeFileSync } from 'node:fs';\nasync function flush() {\n  writeFileSync('state', 'x');\n  //^^^ \`writeFileSync\` blocks the event loop\n}\nprocess.on('SIGTERM', flush);\nexport async function handle() { await flush(); }`,
        `import { readFileSync } from 'node:fs';\nprocess.on('SIGHUP', async () => { console.log(readFileSync('config.json', 'utf8')); });\n//                                             ^^^ \`readFileSync\` blocks the event loop`,
      ],
      good: [
        `import { test } from 'node:test';\nimport { writeFileSync } from 'node:fs';\nasync function fixture() { writeFileSync('fixture.txt', ''); }\ntest('reads', async () => { await fixture(); });`,
        `import { afterEach } from 'node:test';\nimport { rmSync } from 'node:fs';\nasync function clean() { rmSync('fixture.txt'); }\nafterEach(clean);`,
        `import { unlinkSync } from 'node:fs';\nprocess.on('SIGINT', async () => { unlinkSync('lock'); process.exit(); });`,
        `import { unlinkSync } from 'node:fs';\nasync function leave() { unlinkSync('lock'); process.exit(); }\nprocess.on('SIGINT', leave);\nprocess.on('SIGTERM', leave);`,
        `import { randomFillSync } from 'node:crypto';\nconst size = 32;\nexport async function key() { return [randomFillSync(Buffer.alloc(16)), randomFillSync(Buffer.alloc(size))]; }`,
        `import { readFile } from 'node:fs/promises';\nexport async function load(path: string) { return await readFile(path, 'utf8'); }`,
        `import { readFileSync } from 'node:fs';\nexport const config = readFileSync('config.json', 'utf8');`,
        `import { readFileSync } from 'node:fs';\nasync function main() { console.log(readFileSync('config.json', 'utf8')); }\nmain().catch((error) => console.error(error));`,
        `import { readFileSync } from 'node:fs';\nexport function load(path: string) { return readFileSync(path, 'utf8'); }`,
        `import { randomBytes } from 'node:crypto';\nexport async function token() { return randomBytes(16).toString('hex'); }`,
        `import { randomBytes } from 'node:crypto';\nexport async function token() { await new Promise((done) => randomBytes(16, (error, bytes) => done(bytes))); }`,
        `declare const store: { readFileSync(path: string): string };\nexport async function load() { return store.readFileSync('in memory'); }`,
        `import { test } from 'node:test';\nimport { readFileSync } from 'node:fs';\ntest('reads', async () => { readFileSync('x'); });`,
        `import { unlinkSync } from 'node:fs';\nprocess.on('exit', () => { unlinkSync('lock'); });`,
        `import { readFileSync } from 'node:fs';\nsave().then(() => console.log(readFileSync('config.json', 'utf8'))).catch((error) => console.error(error));`,
        `import { parentPort } from 'node:worker_threads';\nimport { readFileSync } from 'node:fs';\nparentPort?.on('message', (path: string) => parentPort?.postMessage(readFileSync(path)));`,
      ],
    },
    python: {
      bad: [`async def load(path):\n    return open(path).read()\n    #      ^^^ blocks the event loop`],
      good: [`async def load(path):\n    return await asyncio.to_thread(read, path)`],
    },
  },
});

/** Roles of functions that the event loop calls. */
const LOOP_CALLED: ReadonlySet<string> = new Set(['request-handler', 'listener', 'timer-callback', 'promise-callback']);

function isCalledByLoop(fn: FunctionRef, fact: FunctionFact, program: Program): boolean {
  if (fact.role === 'exit-handler') return false;
  const handed = program.handedOver(fn);
  if (handed.length > 0 && handed.every(({ sink }) => sink === 'process-end') && !program.isCalled(fn)) return false;
  if (fact.isAsync || LOOP_CALLED.has(fact.role)) return true;
  return handed.some(({ sink, receiver }) => LOOP_SINKS.has(sink) || isRoute(receiver, fact));
}

/** Sinks of functions handed over by name that the event loop calls. */
const LOOP_SINKS: ReadonlySet<string> = new Set(['request-handler', 'emitter', 'dom', 'timer']);

/** `router.get('/', show)`: what `get` takes is a request handler when it looks like one. */
function isRoute(receiver: string, { takesRequest }: FunctionFact): boolean {
  return takesRequest && /^(get|post|put|patch|delete|all|use)$/.test(receiver);
}

const START_ROLES: ReadonlySet<string> = new Set(['plain', 'promise-callback']);

/** Blocking calls of the function itself and of callbacks written in it that it runs at once. */
function edgesBelow(fn: FunctionRef, program: Program): BlockingEdge[] {
  return program
    .blockingCalls(fn)
    .flatMap((edge) => (edge.isInPlace && edge.callee !== undefined ? edgesBelow(edge.callee, program) : [edge]));
}

function* report(edge: BlockingEdge, within: FunctionFact, ctx: RuleContext): Iterable<Report> {
  const { program } = ctx;
  const call = ctx.facts.calls[edge.call];
  if (call === undefined) return;
  const isShort = program.blockingApi(edge)?.cost === 'short';
  if (isShort && ctx.options['checkShortCalls'] === false) return;
  if (edge.api !== undefined && edge.handed === undefined) yield* direct(edge, call);
  else yield throughHelper(edge, call, { within, program });
}

function* direct({ api }: BlockingEdge, call: CallFact): Iterable<Report> {
  if (api === undefined) return;
  const fixes: FixIntent[] = api.twin === undefined ? [] : [{ kind: 'async-twin', at: call.range, twin: api.twin }];
  yield {
    range: call.range,
    message: `\`${call.callee}\` blocks the event loop`,
    fixes,
    ...(api.cost === 'short' ? { severity: 'warning' } : {}),
    ...(api.twin === undefined
      ? { hint: `${api.advice ?? 'Move it to a worker thread'}.` }
      : { hint: `Use \`${api.twin.name}\` of \`${api.twin.module}\` and await it.` }),
  };
}

function throughHelper(
  edge: BlockingEdge,
  call: CallFact,
  { within, program }: { within: FunctionFact; program: Program },
): Report {
  const path = program.blockingPath(edge).slice(1);
  const last = path.at(-1);
  const primitive = last?.label.replace(' blocks the event loop', '') ?? '';
  return {
    range: call.range,
    message: `\`${call.callee}\` blocks the event loop: it reaches \`${primitive}\``,
    severity: 'warning',
    confidence: edge.isPossible ? 'possible' : 'certain',
    hint: `Make the way from \`${within.name}\` to \`${primitive}\` asynchronous, or move it to a worker thread.`,
    path,
  };
}
