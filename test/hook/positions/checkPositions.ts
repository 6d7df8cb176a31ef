import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { checkSame } from './checkSame.ts';

/** What a program sees of its own text, on that Node: each program must print the same with and without the hook. */
export function checkPositions(title: string, node: string): void {
  const major = Number(execFileSync(node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' }));
  for (const [name, { files, args = [], oldestNode = 0 }] of Object.entries(programs)) {
    if (major < oldestNode) continue;
    test(`${name}, ${title}`, async (t) => {
      const [main = ''] = Object.keys(files);
      const run = await checkSame(t, { node, files, args: [...args, main] });
      // A program that did not run to the point proves nothing.
      assert.ok(`${run.stdout}${run.stderr}`.includes('reached'), run.stderr);
    });
  }
}

interface Case {
  /** By name, the main program first. */
  readonly files: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly oldestNode?: number;
}

/** Compiles TypeScript in a load hook as tsx does: to one line, with a source map in it that names every character. */
const compiler = `import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const vlq = (value, rest = value < 0 ? (-value << 1) | 1 : value << 1) => rest < 32 ? digits[rest] : digits[(rest & 31) | 32] + vlq(0, rest >>> 5);
function compiled(source, url) {
  const code = stripTypeScriptTypes(source), rows = code.split('\\n');
  let before = 0;
  const mappings = rows.flatMap((row, line) => [...row, ' '].map((_, column) => {
    const segment = (line + column === 0 ? 'A' : 'C') + 'A' + vlq(column === 0 && line > 0 ? 1 : 0) + vlq(column - before);
    before = column;
    return segment;
  })).join();
  const map = { version: 3, sources: [fileURLToPath(url)], sourcesContent: [source], mappings };
  return code.replaceAll('\\n', ' ') + '\\n//# source' + 'MappingURL=data:application/json;base64,' + Buffer.from(JSON.stringify(map)).toString('base64');
}
process.setSourceMapsEnabled(true);
registerHooks({ load(url, context, next) {
  if (!url.endsWith('.mts')) return next(url, context);
  return { format: 'module', shortCircuit: true, source: compiled(String(next(url, { ...context, format: 'module' }).source), url) };
} });
`;
/** Runs part.js as Vitest and Jest run modules: wrapped, with stacks by a source map of its own, here one line up, and in a realm of its own. */
const runner = `const vm = require('node:vm'), { readFileSync } = require('node:fs'), filename = require('node:path').join(__dirname, 'part.js');
const before = Error.prepareStackTrace, open = "'use strict';async (names,done)=>{{", code = readFileSync(filename, 'utf8');
Error.prepareStackTrace = (error, sites) => error + sites.map((site) => '\\n    at ' + (site.getFileName() === filename ? 'part.js:' + (site.getLineNumber() - 1) + ':' + site.getColumnNumber() : site)).join('');
const wrapped = open + code + '\\n}}', options = { filename, lineOffset: 0, columnOffset: -open.length };
const own = vm.runInThisContext(wrapped, options), context = vm.createContext({ console }), script = new vm.Script(wrapped, options);
console.log(script instanceof vm.Script, Object.prototype.toString.call(script), [vm.Script, vm.runInThisContext, vm.compileFunction].map((each) => [each.name, each.length, String(each).slice(0, 30)]));
for (const bad of ['const a = ;', 'await 1;', 'function f() { await 1; }']) for (const run of [vm.runInThisContext, (...values) => new vm.Script(...values), (text, given) => vm.compileFunction(text, [], given)])
  { try { run('const x = async () => { await 1; };\\n' + bad, { filename }); } catch (error) { console.log(error.name, error.message, error.stack.split('\\n')[0]); } }
(async () => {
  await own([], 'here'); await script.runInContext(context)([], 'elsewhere');
  const inner = Error.prepareStackTrace; Error.prepareStackTrace = (error, sites) => 'chained ' + inner(error, sites); await own([], 'chained'); Error.prepareStackTrace = inner;
  const compiled = vm.compileFunction('return (async () => {' + code + '})()', ['done'], { filename: filename + '.cjs', parsingContext: context }); await compiled('compiled');
  console.log(Object.keys(context), vm.runInContext('Object.keys(globalThis)', context)); Error.prepareStackTrace = before; await own([], 'reached');
})();
`;
const compiling = { args: ['--disable-warning=ExperimentalWarning', '--import', './tool.mjs'], oldestNode: 24 };

const programs: Readonly<Record<string, Case>> = {
  'stacks have the author’s columns, and no frame of ours': {
    files: {
      'main.cjs': `const vm = require('node:vm');
const show = (error) => console.log('reached', error.stack);
async function load(id) { const row = await Promise.resolve(id); show(new Error('load')); return row; }
class Store { async get() { await load(1); throw new TypeError('in get'); } static async all() { for await (const x of [1]) show(new Error('all')); } }
(async () => { const a = await load(2); try { await new Store().get(); } catch (error) { show(error); }
  await Store.all(); try { eval('null.x'); } catch (error) { show(error); } try { new Function('null.y')(); } catch (error) { show(error); }
  await load(3); show(vm.runInNewContext('f()', { f: () => new Error('made outside') })); show(vm.runInNewContext('new Error("made inside")'));
  await Promise.all([1].map(async () => { await null; show(new Error('all')); })); console.trace('traced');
  Error.stackTraceLimit = 1; await null; show(new Error('one')); Error.stackTraceLimit = 0; show(new Error('none')); Error.stackTraceLimit = 50;
  process.on('own', () => show(new Error('listener'))); process.emit('own'); process.on('exit', () => show(new Error('exit'))); })();
`,
    },
  },
  'programs may prepare stacks themselves': {
    files: {
      'main.cjs': `const before = Error.prepareStackTrace;
console.log(typeof before, before.name, before.length, String(before), Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace'));
Error.prepareStackTrace = (error, sites) => error + ' ' + sites[0].getLineNumber() + sites[0].getFunctionName();
(async function named() { await 1; console.log(new Error('own').stack); Error.prepareStackTrace = before; console.log('reached', new Error('back').stack); })();
`,
    },
  },
  'functions are the text that was written': {
    files: {
      'main.cjs': `async function load(id) { const row = await Promise.resolve(id); return row + 1; }
class Store { async get() { await load(1); } #own = async () => await 2; static { (async () => { await 3; })(); } }
const arrow = async (x) => await x, object = { async m() { await 1; }, async *g() { yield await 2; } };
console.log('reached', load.toString(), String(Store), \`\${arrow}\`, object.m + '', object.g + '', Store.prototype.get.toString());
console.log([load, Store, arrow, object, new Store()]);
const { toString } = Function.prototype; console.log(String(toString), toString.name, toString.length, 'prototype' in toString, toString);
for (const value of [undefined, {}, Object.create(load)]) { try { toString.call(value); } catch (error) { console.log(error.stack); } }
try { new toString(); } catch (error) { console.log(error.message); }
new (require('node:worker_threads').Worker)('console.log((' + load + ').toString()); (' + load + ')(4).then(console.log)', { eval: true });
`,
    },
  },
  'assertions show the expression': {
    files: {
      'main.mjs': `import assert, { ok } from 'node:assert';
const show = (run) => { try { run(); } catch (error) { console.log('reached', error.message, error.stack, error.generatedMessage); } };
const size = await 3; show(() => assert.ok(size === 4)); await 0, show(() => assert(size > 5)), show(() => ok(size === 6, 'own words'));
await 0, show(() => assert.equal(size, 7)); show(() => assert.ok(typeof 123 === 'string')); async function f() { await 1; show(() => assert.ok(!size)); } await f();
`,
    },
  },
  'the engine’s messages name what was written': {
    files: {
      'main.mjs': `const show = async (run) => { try { await run(); } catch (error) { console.log('reached', error.message, error.stack); } };
const same = async (value) => { await null; return value; };
await show(async () => { (await same({})).go(); }); await show(async () => { (await same(5))(); }); await show(async () => { new (await same(6))(); });
await show(async () => { const { a } = await same(); }); await show(async () => { (await same({ b: {} })).b.go(); });
await show(async () => { (await same()).c.d; }); await show(async () => { (await same({}))[0]\`\`; });
`,
    },
  },
  'call sites of node:util': {
    files: {
      'main.cjs': `const util = require('node:util');
(async function named() { const a = await 1, sites = util.getCallSites?.() ?? []; console.log('reached', sites.map(({ scriptName, lineNumber, columnNumber, column }) => [scriptName.slice(-8), lineNumber, columnNumber, column]));
if (util.getCallSites) { console.log(util.getCallSites(1).length, util.getCallSites(2, { sourceMap: false }).length, util.getCallSites.length, util.getCallSites.name, String(util.getCallSites));
for (const bad of [0, 1000, 'x']) { try { util.getCallSites(bad); } catch (error) { console.log(error.message); } } } })();
`,
    },
  },
  'an await never settles, and nobody wants to hear of it': {
    args: ['--no-warnings'],
    files: { 'main.mjs': `console.log('reached'); await new Promise(() => undefined);\n` },
  },
  'a tool that compiles shows stacks in its own way': {
    files: {
      'main.cjs': `Error.prepareStackTrace = (error, sites) => error + ' at ' + sites[0].getLineNumber() + ':' + sites[0].getColumnNumber();
const before = require.extensions['.js'];
require.extensions['.js'] = (module, file) => { const { _compile } = module; module._compile = (code, name) => _compile.call(module, code.replace('KIND', 'async'), name); before(module, file); };
require('./part.js');
`,
      'part.js': `KIND function load(id) { await null; await id; console.log(new Error('reached').stack); } load(1);\n`,
    },
  },
  'scripts of node:vm that a runner compiled': {
    files: {
      'main.cjs': runner,
      'part.js': `async function load(id) { const row = await id; throw new Error(done + row); }  console.log(load.toString(), String(load), load + '');
try { await load(await 1); } catch (error) { console.log(error.stack); }
class Store { async get() { await 1; return [new Error(done).stack, this.get.toString()]; } }
console.log(await new Store().get(), await Promise.all([1, 2].map(async (x) => { await null; return new Error(x).stack; })));
`,
    },
  },
  'a rejection in compiled code ends the program': {
    ...compiling,
    files: {
      'main.mts': `const rows: number[] = [];
async function load(id: number): Promise<void> {
  rows.push(await Promise.resolve(id)); console.log(new Error('reached').stack);
  throw new TypeError('no');
}
await load(1); await load(2);
`,
      'tool.mjs': compiler,
    },
  },
  'an error thrown in compiled code ends the program': {
    ...compiling,
    files: {
      'main.mts': `async function load(id: number): Promise<number> { return await Promise.resolve(id); }
await load(3); setTimeout(async (): Promise<void> => { load(1); await load(2); }, 1); console.log('reached');
setTimeout((): void => { load(4); throw new RangeError('no'); }, 9);
`,
      'tool.mjs': compiler,
    },
  },
  'an await in compiled code never settles': {
    ...compiling,
    files: {
      'main.mts': `console.log('reached');
const given: number = await Promise.resolve(1);
console.log(given); await new Promise<void>(() => undefined);
`,
      'tool.mjs': compiler,
    },
  },
  'a rejection ends the program': {
    files: {
      'main.cjs': `(async () => { await 1;	const error = new Error('reached'); error.code = 'CODE'; error.cause = new Error('cause'); throw error; })();\n`,
    },
  },
  'a rejection with a message that quotes a stack': {
    files: {
      'main.mjs': `const quoted = new Error('first').stack; async function f() { await 1; throw new RangeError('reached ' + quoted); }
await f();
`,
    },
  },
  'a rejection of a class of errors without a name': {
    files: {
      'main.mjs': `class Refused extends Error {} class Named extends Error { name = 'Other'; }
async function f() { try { await 1; } finally { console.log('reached'); } throw Object.assign(new Refused('no'), { list: [1], cause: new AggregateError([new Named('part')], 'all') }); }
await f();
`,
    },
  },
  'a rejection with what is no error': { files: { 'main.cjs': `(async () => { await 1; throw 'reached'; })();\n` } },
  'an error thrown beside an async function': {
    files: {
      'main.cjs': `const f = async () => { await 1; }; f(); if (f) throw new TypeError('reached');\n`,
    },
  },
  'an error of an own class, thrown beside an async function': {
    files: {
      'main.cjs': `class Own extends Error { constructor(text) { super(text); this.own = 1; } }
const f = async () => { await 1; }; f(); throw new Own('reached');
`,
    },
  },
  'the engine throws beside an async function': {
    files: {
      'main.cjs': `(async () => { await 1; })();	undefinedFunction('reached');\n`,
    },
  },
  'an emitter throws what was made beside an async function': {
    files: {
      'main.cjs': `const emitter = new (require('node:events'))(); (async () => { await 1; })(); emitter.emit('error', new Error('reached'));\n`,
    },
  },
  'an error thrown in the last listener': {
    files: {
      'main.cjs': `process.on('exit', () => { (async () => { await 1; })(); throw new Error('reached'); });\n`,
    },
  },
  'a listener of uncaught exceptions sees what it always saw': {
    files: {
      'main.cjs': `process.on('uncaughtException', (error, origin) => { console.log('reached', origin, error.stack); });
(async () => { await null; throw new Error('rejected'); })(); setTimeout(() => { (async () => { await 1; })(); null.f(); });
`,
    },
  },
  'warnings instead of an end': {
    files: {
      'main.cjs': `(async () => { await 1; throw new Error('reached'); })(); process.on('exit', (code) => { console.log(code); });\n`,
    },
    args: ['--unhandled-rejections=warn'],
  },
  'strict rejections': {
    files: {
      'main.cjs': `(async () => { await 1; throw new Error('reached'); })(); process.on('exit', (code) => { console.log(code); });\n`,
    },
    args: ['--unhandled-rejections=strict'],
  },
  'a module that never settles': {
    files: {
      'main.mjs': `import './other.mjs'; console.log('never');\n`,
      'other.mjs': `console.log('reached'); process.on('exit', (code) => console.log(code, process.exitCode)); const x = 1, y = await new Promise(() => {});\n`,
    },
  },
  'errors in worker threads': {
    files: {
      'main.cjs': `const { Worker, isMainThread } = require('node:worker_threads');
if (isMainThread) new Worker(__filename).on('error', (error) => console.log('reached', error.stack)).on('exit', (code) => console.log(code));
else (async () => { await 1; throw new Error('in the thread'); })();
`,
    },
  },
  'the file’s own source map': {
    files: {
      'main.cjs': `async function run() { await 1; try { await fail(); } catch (error) { console.log('reached', error.stack); } }
async function fail() { await 2; null.x; }
run();
//# sourceMappingURL=main.cjs.map
`,
      // Each third column of these lines is the same column ten lines further down.
      'main.cjs.map': sourceMap(),
    },
    args: ['--enable-source-maps'],
  },
};

/** A map of three lines with a segment at every third column, in the encoding of source maps. */
function sourceMap(): string {
  const further = Array.from({ length: 39 }, () => 'GAAG').join(',');
  // Ten lines further down; then one line more, and back by 117 columns.
  const mappings = [`AAUA,${further}`, `AACrH,${further}`, `AACrH,${further}`].join(';');
  return JSON.stringify({ version: 3, sources: ['original.ts'], names: [], mappings });
}
