import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { readTrace } from '#trace/readTrace.ts';
import { runNode } from '../processes/runNode.ts';

/** Which modules reach the transform on that Node, whoever else loads them, and that nothing else differs. */
export function checkLoaders(title: string, node: string): void {
  const major = Number(execFileSync(node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' }));
  for (const [name, each] of Object.entries(programs)) {
    if (major < (each.oldestNode ?? 0)) continue;
    test(`${name}, ${title}`, async (t) => {
      const found = await tracedFunctions(t, node, each);
      assert.deepEqual(found, each.traced.toSorted());
    });
  }

  test(`what was transformed is found again, whatever becomes of the file that keeps it, ${title}`, async (t) => {
    const folder = await temporaryFolder(t, { 'main.cjs': `async function f() { await 1; }\n${tell('f')}` });
    const run = `${folder}/.rubato/runs/now`;
    await mkdir(run, { recursive: true });
    const start = () => runNode(['main.cjs'], { node, folder, settings: { folder: run } });
    const expected = { stdout: 'f true\n', stderr: '', code: 0 };
    assert.deepEqual(await start(), expected);
    const cache = `${folder}/.rubato/cache`;
    const [file = ''] = readdirSync(cache);
    const kept = readFileSync(`${cache}/${file}`, 'latin1');
    assert.deepEqual(await start(), expected);
    for (const damaged of ['', kept.slice(0, -9), kept.replace('await', 'awaif'), 'x'.repeat(99)]) {
      writeFileSync(`${cache}/${file}`, damaged, 'latin1');
      assert.deepEqual(await start(), expected);
      assert.equal(readFileSync(`${cache}/${file}`, 'latin1'), kept);
    }
    writeFileSync(`${folder}/main.cjs`, `async function g() { await 1; }\n${tell('g')}`);
    assert.deepEqual(await start(), { ...expected, stdout: 'g true\n' });
  });

  test(`what a tool’s hook made of TypeScript is transformed, and forgotten when Node strips it, ${title}`, async (t) => {
    if (major < 24) return;
    const folder = await temporaryFolder(t, {
      'tool.mjs': `import { registerHooks, stripTypeScriptTypes } from 'node:module';
registerHooks({ load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const { source } = next(url, { ...context, format: 'module' });
  return { format: 'module', source: stripTypeScriptTypes(String(source)), shortCircuit: true };
} });`,
      'main.ts': `import './part.ts';\n${ownTyped('main')}`,
      'part.ts': ownTyped('part'),
      'package.json': '{ "type": "module" }',
    });
    const run = `${folder}/.rubato/runs/now`;
    await mkdir(run, { recursive: true });
    const expected = { stdout: 'part true\nmain true\n', stderr: '', code: 0 };
    for (const preload of [['--import', './tool.mjs'], [], ['--import', './tool.mjs']]) {
      const args = ['--no-warnings', ...preload, 'main.ts'];
      assert.deepEqual(await runNode(args, { node, folder, settings: { folder: run } }), expected);
    }
  });

  test(`a module that is loaded twice has sites of its own each time, ${title}`, async (t) => {
    const folder = await temporaryFolder(t, {
      'main.mjs': `import './part.mjs?1'; import './part.mjs?2';`,
      'part.mjs': `async function part() { await 1; }\nawait part();\n`,
    });
    const run = `${folder}/.rubato/runs/now`;
    for (const start of ['first', 'from the cache']) {
      await rm(run, { recursive: true, force: true });
      await mkdir(run, { recursive: true });
      assert.equal((await runNode(['main.mjs'], { node, folder, settings: { folder: run } })).code, 0);
      const names = readdirSync(run).filter((name) => name.endsWith('.segment'));
      const { threads } = readTrace(Buffer.concat(names.map((name) => readFileSync(`${run}/${name}`))));
      const sites = threads[0]?.placeOf.filter((place) => place !== 0).length;
      assert.deepEqual([start, threads[0]?.stats?.tasksStarted, sites], [start, 4, 8]);
    }
  });

  test(`what a runner’s process did is written when the runner says stop and kills it, ${title}`, async (t) => {
    const folder = await temporaryFolder(t, {
      'main.cjs': `const child = require('node:child_process').fork('./child.cjs');
child.on('message', (message) => message === 'ready' ? child.send({ __vitest_worker_request__: true, type: 'stop' }) : child.kill());`,
      'child.cjs': `async function early() { await 1; } early(); process.on('message', async () => { await null; process.send('stopped'); }); process.send('ready');`,
    });
    const run = `${folder}/.rubato/runs/now`;
    await mkdir(run, { recursive: true });
    assert.equal((await runNode(['main.cjs'], { node, folder, settings: { folder: run } })).code, 0);
    const names = readdirSync(run).filter((name) => name.endsWith('.segment'));
    const counts = names.map((name) => readTrace(readFileSync(`${run}/${name}`)).threads[0]?.stats?.tasksStarted);
    assert.ok(counts.includes(2), String(counts));
  });

  test(`packages of the workspace are the program’s own, others are not unless asked for, ${title}`, async (t) => {
    const folder = await temporaryFolder(t, {
      'main.cjs': `require('linked'); require('foreign');`,
      'packages/linked/index.js': `async function linked() { await 1; }\n${tell('linked')}`,
      'node_modules/foreign/index.js': `async function foreign() { await 1; }\n${tell('foreign')}`,
    });
    await symlink('../packages/linked', `${folder}/node_modules/linked`);
    for (const [args, libraries, expected] of [
      [[], false, 'linked true\nforeign false\n'],
      [['--preserve-symlinks'], false, 'linked true\nforeign false\n'],
      [[], true, 'linked true\nforeign true\n'],
    ] as const) {
      const run = await runNode([...args, 'main.cjs'], { node, folder, settings: { libraries } });
      assert.deepEqual(run, { stdout: expected, stderr: '', code: 0 });
    }
  });
}

/** Prints whether a function's compiled text is ours: another realm's method does not hide it. */
function tell(name: string): string {
  return `console.log('${name}', globalThis.process.getBuiltinModule('node:vm').runInNewContext('Function.prototype.toString').call(${name}).includes("__" + "rubato"));\n`;
}

interface Case {
  /** By name, the main program first. Functions that are told of print whether they are traced. */
  readonly files: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly oldestNode?: number;
  /** Names of functions that are. */
  readonly traced: readonly string[];
}

async function tracedFunctions(t: TestContext, node: string, { files, args = [] }: Case): Promise<string[]> {
  const [main = ''] = Object.keys(files);
  const folder = await temporaryFolder(t, files);
  const run = await runNode([...args, main], { node, folder });
  assert.equal(run.stderr, '');
  assert.equal(run.code, 0);
  // The functions print the same without the hook, but for the one word.
  return [...run.stdout.matchAll(/^(\w+) true$/gm)].map(([, name = '']) => name).toSorted();
}

const ownTyped = (name: string): string =>
  `async function ${name}(given?: string): Promise<void> { await given; }\n${tell(name)}`;
const own = (name: string): string => `async function ${name}() { await 1; }\n${tell(name)}`;

const programs: Readonly<Record<string, Case>> = {
  'CommonJS, and what it requires and imports': {
    files: {
      'main.cjs': `${own('main')} require('./plain.js'); require('./noExtension'); import('./module.mjs');`,
      'plain.js': own('plain'),
      noExtension: own('noExtension'),
      'module.mjs': `${own('imported')} export {};`,
    },
    traced: ['imported', 'main', 'noExtension', 'plain'],
  },
  'ES modules, and what they import': {
    files: {
      'main.mjs': `import './typed/module.js'; import './plain.js'; import './common.cjs'; import './data.json' with { type: 'json' }; ${own('main')}; await import('./later.mjs?query');`,
      'data.json': '{"async":"await"}',
      'typed/package.json': '{ "type": "module" }',
      'typed/module.js': own('typed'),
      'plain.js': own('plain'),
      'common.cjs': `${own('common')} require('./inner.cjs');`,
      'inner.cjs': own('inner'),
      'later.mjs': own('later'),
    },
    traced: ['common', 'inner', 'later', 'main', 'plain', 'typed'],
  },
  'a module that only its syntax shows to be one': {
    files: { 'main.js': `import 'node:fs';\n${own('main')}`, 'package.json': '{ "type": "module" }' },
    traced: ['main'],
  },
  'a tool compiles in require.extensions': {
    files: {
      'main.cjs': `require('./tool.cjs'); require('./compiled.js'); require('./strange.strange');`,
      'tool.cjs': `const Module = require('module');
for (const extension of ['.js', '.strange']) {
  const before = Module._extensions[extension] ?? Module._extensions['.js'];
  Module._extensions[extension] = (module, file) => {
    const compile = module._compile;
    module._compile = (code, name) => { module._compile = compile; if (code.includes('__rubato')) throw new Error('ours'); module._compile(code.replace('TOOL', 'made'), name); };
    before(module, file);
  };
}`,
      'compiled.js': own('made').replace('function made', 'function TOOL'),
      'strange.strange': own('strange'),
    },
    traced: ['made', 'strange'],
  },
  'a tool has replaced _compile': {
    files: {
      'main.cjs': `const Module = require('module'), before = Module.prototype._compile;
Module.prototype._compile = function (code, ...rest) { if (code.includes('__rubato')) throw new Error('ours'); return Reflect.apply(before, this, [code, ...rest]); };
require('./compiled.cjs');`,
      'compiled.cjs': own('compiled'),
    },
    traced: ['compiled'],
  },
  'TypeScript in packages that say what it is': {
    files: {
      'main.cts': `${ownTyped('main')} require('./common/typed.ts'); import('./module/typed.ts');`,
      'common/package.json': '{ "type": "commonjs" }',
      'common/typed.ts': ownTyped('common'),
      'module/package.json': '{ "type": "module" }',
      'module/typed.ts': `export {}; ${ownTyped('imported')}`,
    },
    args: ['--no-warnings'],
    oldestNode: 22,
    traced: ['common', 'imported', 'main'],
  },
  'TypeScript in a package that does not say what it is': {
    files: {
      'main.ts': `${ownTyped('main')} require('./common.ts'); import('./module.ts');`,
      'package.json': '{}',
      'common.ts': ownTyped('common'),
      'module.ts': `import fs from 'node:fs'; ${ownTyped('imported')} export { fs };`,
    },
    args: ['--no-warnings'],
    oldestNode: 22,
    traced: ['common', 'imported', 'main'],
  },
  'a runner runs what it compiled, in its own way': {
    files: {
      'main.cjs': `const vm = require('node:vm'), { readFileSync } = require('node:fs'), { join } = require('node:path');
const own = { vm, text: (name) => readFileSync(join(__dirname, name), 'utf8'), file: (name) => join(__dirname, name) };
const open = "'use strict';async (names,__dirname)=>{{", inContext = () => vm.createContext({ console, process });
const wrapped = (name) => [open + own.text(name) + '\\n}}', { filename: own.file(name), lineOffset: 0, columnOffset: -open.length }];
vm.runInThisContext(...wrapped('here.js'))();
new vm.Script(...wrapped('script.js')).runInContext(inContext())();
new vm.Script('({"Object.<anonymous>":function(module,exports){' + own.text('named.js') + '\\n}});', own.file('named.js')).runInContext(inContext())['Object.<anonymous>']();
vm.compileFunction(own.text('compiled.js'), ['module'], { filename: own.file('compiled.js'), parsingContext: inContext() })();
vm.runInContext(own.text('plain.js'), inContext(), own.file('plain.js'));
vm.runInThisContext(own.text('foreign.js'), own.file('node_modules/foreign/foreign.js'));
new vm.Script(own.text('cached.js'), { filename: own.file('cached.js'), produceCachedData: true }).runInThisContext();
vm.runInThisContext(own.text('moved.js'), { filename: own.file('moved.js'), lineOffset: 3 });
vm.runInThisContext(own.text('nameless.js'));`,
      'here.js': own('here'),
      'script.js': own('script'),
      'named.js': own('named'),
      'compiled.js': own('compiled'),
      'plain.js': own('plain'),
      'foreign.js': own('foreign'),
      'cached.js': own('cached'),
      'moved.js': own('moved'),
      'nameless.js': own('nameless'),
    },
    traced: ['compiled', 'here', 'named', 'plain', 'script'],
  },
  'modules of node:vm': {
    files: {
      'main.cjs': `const vm = require('node:vm'), { readFileSync } = require('node:fs'), { join } = require('node:path');
const made = new vm.SourceTextModule(readFileSync(join(__dirname, 'part.mjs'), 'utf8'), { identifier: join(__dirname, 'part.mjs'), context: vm.createContext({ console, process }) });
made.link(() => {}).then(() => made.evaluate());`,
      'part.mjs': `export ${own('part')} await 1;`,
    },
    args: ['--experimental-vm-modules', '--no-warnings'],
    traced: ['part'],
  },
  'evaluated code is left alone': {
    files: { 'async function f() { await 1; } console.log(String(f));': '' },
    args: ['-e'],
    traced: [],
  },
};
