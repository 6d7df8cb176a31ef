import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { askedSeconds } from '#extension/launch/psOutput.ts';
import { defaultHookSettings, settingsVariable } from '#protocol/hookSettings.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { endTarget, ps, startTarget, trees, type Target } from './psTarget.ts';
import { finish, runRubato, startRubato } from './runRubato.ts';

const idle = 'console.log("ready"); setInterval(() => undefined, 1000);';

test('TypeScript that runs unbuilt is shown as it stands in the file', async (t) => {
  const folder = await temporaryFolder(t, {
    'src/main.ts': [
      'interface Row { readonly id: number }',
      'async function load<T extends Row>(id: number): Promise<T | undefined> {',
      '  const never: Promise<T> = new Promise<T>((resolve) => setTimeout(resolve, 1e8));',
      '  return (await never) as T;',
      '}',
      'void load(1);',
      'console.log("ready");',
    ].join('\n'),
  });
  const target = await startTarget(t, ['src/main.ts'], { cwd: folder });
  assert.equal(
    await trees(folder, target),
    'Process: 1 suspended async function\n\nload  src/main.ts:4:11  await never\n└ timer',
  );
});

test('compiled code is shown as its source, also when the source is gone', async (t) => {
  const source = [
    '// A comment, which does not stay.',
    'enum Kind { a }',
    'class Store { async take(kind: Kind): Promise<void> {',
    '    await new Promise<void>((done) => setTimeout(done, 1e8, kind)); } }',
    'void new Store().take(Kind.a);',
    'console.log("ready");',
  ].join('\n');
  const folder = await temporaryFolder(t, { 'src/main.ts': source, 'package.json': '{ "type": "module" }' });
  const compiler = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));
  const flags = ['--target', 'es2022', '--module', 'esnext', '--sourceMap', '--inlineSources', '--removeComments'];
  const tsc = promisify(execFile)(compiler, ['src/main.ts', ...flags, '--types', '', '--outDir', 'out'], {
    cwd: folder,
  });
  // It finds no `console` and no `setTimeout`, and writes the files all the same.
  await tsc.catch(() => undefined);
  await rm(`${folder}/src`, { recursive: true });
  const target = await startTarget(t, ['out/main.js'], { cwd: folder });
  assert.equal(
    await trees(folder, target),
    'Process: 1 suspended async function\n\n' +
      'Store.take  src/main.ts:4:5  await new Promise<void>((done) => setTimeout(done, 1e8, kind))\n└ timer',
  );
});

test('a traced program is shown as its author wrote it, without the thread of the hook', async (t) => {
  const folder = await temporaryFolder(t, {
    'main.mjs': [
      'async function load(url) {',
      '  await new Promise((resolve) => { if (url === "") resolve(); setTimeout(resolve, 1e8); });',
      '}',
      'async function handle({ url }) { return await load(url); }',
      'void handle({ url: "/" });',
      'console.log("ready");',
    ].join('\n'),
    '.rubato/runs/now/': '',
  });
  const settings = { ...defaultHookSettings, folder: `${folder}/.rubato/runs/now`, root: folder };
  const target = await startTarget(
    t,
    ['--require', fileURLToPath(new URL('../../dist/hook.cjs', import.meta.url)), 'main.mjs'],
    {
      cwd: folder,
      variables: { [settingsVariable]: JSON.stringify(settings) },
    },
  );
  assert.equal(
    await trees(folder, target),
    'Process: 2 suspended async functions\n\n' +
      'handle  main.mjs:4:41  await load(url)\n' +
      '└ load  main.mjs:2:3  await new Promise((resolve) => { if (url === "") resolve(); setTimeou…\n' +
      '  └ timer',
  );
});

test('a server goes on as before, and its inspector is closed', async (t) => {
  const folder = await temporaryFolder(t, {
    'server.mjs': [
      `import { createServer } from 'node:http';`,
      `const held = [], prepare = Error.prepareStackTrace;`,
      `const hold = () => new Promise((resolve) => held.push(resolve));`,
      `const server = createServer(async (request, response) => {`,
      `  if (request.url === '/hold') await hold();`,
      `  response.end(Error.stackTraceLimit + ' ' + (Error.prepareStackTrace === prepare));`,
      `  if (request.url === '/release') for (const each of held) each();`,
      `});`,
      `server.listen(0, '127.0.0.1', () => console.log(server.address().port));`,
      `server.on('request', (request) => request.url === '/hold' && console.log('held'));`,
      `process.on('SIGTERM', () => server.close(() => { server.closeAllConnections(); process.exitCode = 7; }));`,
    ].join('\n'),
  });
  const started = 'import("./server.mjs")';
  const target = await startTarget(t, ['-e', `console.log("ready"); ${started}`], { cwd: folder });
  const url = `http://127.0.0.1:${await target.nextLine()}`;
  const waiting = fetch(`${url}/hold`);
  await target.nextLine();
  for (let round = 0; round < 2; round += 1) {
    const tree = await trees(folder, target);
    assert.match(tree, /server\.mjs:5:32 {2}await hold\(\)\n└ promise whose resolve function is kept in `held`/);
    assert.equal(await (await fetch(url)).text(), '10 true');
  }
  await fetch(`${url}/release`);
  assert.equal((await waiting).status, 200);
  for (const port of inspectorPorts(target)) await assert.rejects(dial(port), /ECONNREFUSED/);
  assert.equal(inspectorPorts(target).length, 2);
  assert.deepEqual(await endTarget(target, 'SIGTERM'), [7, null]);
});

test('an inspector that was open stays open', async (t) => {
  const target = await startTarget(t, ['--inspect=0', '-e', idle]);
  assert.match(await trees('.', target), /^Process: 0 suspended/);
  const [port = 0] = inspectorPorts(target);
  await dial(port);
});

function inspectorPorts(target: Target): readonly number[] {
  return Array.from(target.errors().matchAll(/Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)/g), ([, port]) =>
    Number(port),
  );
}

async function dial(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(void socket.end()));
    socket.once('error', reject);
  });
}

test('worker threads have trees of their own', async (t) => {
  const folder = await temporaryFolder(t, {
    'main.cjs': [
      `const { Worker } = require('node:worker_threads');`,
      `const worker = new Worker('./worker.cjs', { name: 'lister' });`,
      `async function main() { await new Promise((resolve) => worker.once('exit', resolve)); }`,
      `worker.once('message', () => { main(); console.log('ready'); });`,
    ].join('\n'),
    'worker.cjs': [
      `const { parentPort } = require('node:worker_threads');`,
      `async function list() { await new Promise((resolve) => setTimeout(resolve, 1e8)); }`,
      `list(); parentPort.postMessage(1);`,
    ].join('\n'),
  });
  const target = await startTarget(t, ['main.cjs'], { cwd: folder });
  assert.equal(
    await trees(folder, target),
    [
      'Process: 1 suspended async function',
      '',
      "main  main.cjs:3:25  await new Promise((resolve) => worker.once('exit', resolve))",
      '└ worker thread, event `exit`',
      '',
      'Worker 1 lister: 1 suspended async function',
      '',
      'list  worker.cjs:2:25  await new Promise((resolve) => setTimeout(resolve, 1e8))',
      '└ timer',
    ].join('\n'),
  );
});

test('libraries are left out, but what is waited for through them is told; --all and --depth', async (t) => {
  const folder = await temporaryFolder(t, {
    'node_modules/pool/index.js': [
      `exports.query = async function query() { await wait(); };`,
      `async function wait() { await new Promise((resolve) => setTimeout(resolve, 1e8)); }`,
    ].join('\n'),
    'main.cjs': `const { query } = require('pool');\nasync function load() { await query(); }\nload(); query();\nconsole.log('ready');`,
  });
  const target = await startTarget(t, ['main.cjs'], { cwd: folder });
  const own = 'Process: 1 suspended async function\n\nload  main.cjs:2:25  await query()\n└ timer, in query of pool';
  assert.equal(await trees(folder, target), own);
  assert.equal(
    await trees(folder, target, '--all', '--depth', '2'),
    [
      'Process: 5 suspended async functions',
      '',
      'load  main.cjs:2:25  await query()',
      '└ query  node_modules/pool/index.js:1:42  await wait()',
      '  └ …',
      '',
      'query  node_modules/pool/index.js:1:42  await wait()',
      '└ wait  node_modules/pool/index.js:2:25  await new Promise((resolve) => setTimeout(resolve, 1e8))',
      '  └ …',
    ].join('\n'),
  );
});

test('thousands that wait at one place are one line, each with its await; JSON says the same', async (t) => {
  const folder = await temporaryFolder(t, {
    'main.mjs': [
      `const held = [];`,
      `async function row(at) { if (at % 2) await new Promise((resolve) => held.push(resolve)); else`,
      `  await new Promise((resolve) => held.push(resolve)); }`,
      `async function user(at) { await row(at); }`,
      `for (let at = 0; at < 1000; at += 1) user(at);`,
      `globalThis.held = held; console.log('ready'); setInterval(() => undefined, 1e6);`,
    ].join('\n'),
  });
  const target = await startTarget(t, ['main.mjs'], { cwd: folder });
  const { stdout } = await ps(folder, target, '--format', 'json');
  const { version, pid, threads } = JSON.parse(stdout);
  assert.deepEqual([version, pid, threads.length, threads[0].tasks], [1, target.pid, 1, 2000]);
  const row = { kind: 'task', label: 'row', count: 500 };
  const kept = { kind: 'leaf', label: 'promise whose resolve function is kept in `held`', count: 500, waitsFor: [] };
  const code = 'await new Promise((resolve) => held.push(resolve))';
  assert.deepEqual(threads[0].roots, [
    {
      kind: 'task',
      label: 'user',
      place: { file: 'main.mjs', line: 4, column: 27, code: 'await row(at)' },
      count: 1000,
      waitsFor: [
        { ...row, place: { file: 'main.mjs', line: 2, column: 38, code }, waitsFor: [kept] },
        { ...row, place: { file: 'main.mjs', line: 3, column: 3, code }, waitsFor: [kept] },
      ],
    },
  ]);
});

test('a long stop needs consent', async (t) => {
  const ballast = 'globalThis.all = Array.from({ length: 3e5 }, (_, at) => ({ at }));';
  const target = await startTarget(t, ['-e', `${ballast} ${idle}`]);
  const { code, stdout, stderr } = await ps('.', target);
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^The process will stand still for about \d+\.\d s: say --yes if it may\n$/);
  // The editor asks its user then.
  assert.ok((askedSeconds(stderr) ?? 0) > 2);
  for (const port of inspectorPorts(target)) await assert.rejects(dial(port), /ECONNREFUSED/);
});

test('an interrupted look leaves the program running', async (t) => {
  const target = await startTarget(t, ['-e', `process.once('SIGUSR2', () => console.log('alive')); ${idle}`]);
  const child = startRubato('.', ['ps', String(target.pid)]);
  child.stderr?.once('data', () => child.kill('SIGINT'));
  const { code, stdout } = await finish(child);
  assert.deepEqual([code, stdout], [130, '']);
  target.child.kill('SIGUSR2');
  assert.equal(await target.nextLine(), 'alive');
  for (const port of inspectorPorts(target)) await assert.rejects(dial(port), /ECONNREFUSED/);
});

test('what cannot be looked into is refused, with the reason', { concurrency: 4 }, async (t) => {
  const refused = async (pid: number): Promise<string> => {
    const { code, stdout, stderr } = await runRubato('.', ['ps', String(pid)]);
    assert.deepEqual([code, stdout], [2, '']);
    return stderr.replaceAll(String(pid), '<pid>');
  };
  await Promise.all([
    t.test('no such process', async () => {
      assert.equal(await refused(2 ** 22 + 1), 'There is no process <pid>\n');
    }),
    t.test('another program', async (each) => {
      const other = spawn('sleep', ['100']);
      each.after(() => other.kill());
      assert.equal(await refused(other.pid ?? 0), 'Process <pid> is not a Node process: it runs sleep\n');
    }),
    t.test('a signal that would end or not reach it', async (each) => {
      const target = await startTarget(each, ['--disable-sigusr1', '-e', idle]);
      assert.match(await refused(target.pid), /^Process <pid> does not listen to SIGUSR1 \(--disable-sigusr1/);
    }),
    t.test('a program with a handler of its own', async (each) => {
      const target = await startTarget(each, ['-e', `process.on('SIGUSR1', () => console.log('mine')); ${idle}`]);
      assert.match(await refused(target.pid), /^Process <pid> got SIGUSR1 and opened no inspector within 3 s/);
      assert.equal(await target.nextLine(), 'mine');
    }),
    t.test('a stopped one', async (each) => {
      const target = await startTarget(each, ['-e', idle]);
      target.child.kill('SIGSTOP');
      assert.match(await refused(target.pid), /^Process <pid> is stopped; continue it first/);
    }),
    t.test('one that ends meanwhile', async (each) => {
      const target = await startTarget(each, ['-e', `process.on('SIGUSR1', () => process.exit(1)); ${idle}`]);
      assert.equal(
        await refused(target.pid),
        'Process <pid> ended when it got SIGUSR1, which opens the inspector of Node\n',
      );
    }),
  ]);
});
