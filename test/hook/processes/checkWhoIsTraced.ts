import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { hook, runNode, tracedIn } from './runNode.ts';

/** Which processes and threads the hook traces, and that the others run as without it, on that Node. */
export function checkWhoIsTraced(title: string, node: string): void {
  test(`a script and its children are traced, ${title}`, async (t) => {
    const folder = await temporaryFolder(t, {
      'main.cjs': `require('node:child_process').fork(__dirname + '/child.cjs').on('exit', (code) => console.log(code));`,
      'child.cjs': 'process.exitCode = 4;',
    });
    assert.deepEqual(await runNode(['main.cjs'], { node, folder }), { stdout: '4\n', stderr: '', code: 0 });
    assert.deepEqual(await tracedIn(folder), { traced: 2, untraced: [] });
  });

  test(`tools are not traced, by the package that their real path lies in, unless asked for, ${title}`, async (t) => {
    const folder = await temporaryFolder(t, {
      'node_modules/typescript/bin/tsc': 'console.log("compiled")',
      'bin/': '',
    });
    await symlink('../node_modules/typescript/bin/tsc', `${folder}/bin/tsc`);
    assert.equal((await runNode(['bin/tsc'], { node, folder })).stdout, 'compiled\n');
    assert.deepEqual(await tracedIn(folder), { traced: 0, untraced: ['tool'] });
    await runNode(['bin/tsc'], { node, folder, settings: { tools: true } });
    assert.deepEqual(await tracedIn(folder), { traced: 1, untraced: ['tool'] });
  });

  test(`children of tools are traced, ${title}`, async (t) => {
    const folder = await temporaryFolder(t, {
      'node_modules/nodemon/bin/nodemon.js': `require('node:child_process').fork(process.argv[2]);`,
      'main.cjs': '',
    });
    await runNode(['node_modules/nodemon/bin/nodemon.js', 'main.cjs'], { node, folder });
    assert.deepEqual(await tracedIn(folder), { traced: 1, untraced: ['tool'] });
  });

  test(`no more processes than allowed are traced, the others run, ${title}`, async (t) => {
    const folder = await temporaryFolder(t, {
      'main.cjs': `const { execFileSync } = require('node:child_process');
        for (const n of [1, 2, 3]) process.stdout.write(execFileSync(process.execPath, ['-p', String(n)]));`,
    });
    const { stdout } = await runNode(['main.cjs'], { node, folder, settings: { maxProcesses: 2 } });
    assert.equal(stdout, '1\n2\n3\n');
    assert.deepEqual(await tracedIn(folder), { traced: 2, untraced: ['cap', 'cap'] });
  });

  test(`the opt-out keeps a process and its children untraced, ${title}`, async (t) => {
    const folder = await temporaryFolder(t, {
      'main.cjs': `require('node:child_process').fork(__dirname + '/child.cjs');`,
      'child.cjs': '',
    });
    await runNode(['main.cjs'], { node, folder, env: { RUBATO_OFF: '' } });
    assert.deepEqual(await tracedIn(folder), { traced: 0, untraced: [] });
  });

  test(`settings that are none leave the program alone, ${title}`, async (t) => {
    const folder = await temporaryFolder(t, {});
    for (const text of ['', '{', '[]', '{"version":2}', '{"version":1,"mode":"trace"}']) {
      const run = await runNode(['-p', '1'], { node, folder, env: { RUBATO_HOOK: text } });
      assert.deepEqual(run, { stdout: '1\n', stderr: '', code: 0 }, text);
    }
    assert.deepEqual(await tracedIn(folder), { traced: 0, untraced: [] });
  });

  test(`without the folder of the run, the program runs, ${title}`, async (t) => {
    const folder = await temporaryFolder(t, {});
    const run = await runNode(['-p', '1'], { node, folder, settings: { folder: `${folder}/gone` } });
    assert.deepEqual(run, { stdout: '1\n', stderr: '', code: 0 });
  });

  test(`a hook that cannot start leaves the program alone and says so, ${title}`, async (t) => {
    const folder = await temporaryFolder(t, { 'hook/hook-main.cjs': 'throw new Error("broken")' });
    await copyFile(hook, `${folder}/hook/hook.cjs`);
    const run = await runNode(['-p', '1'], { node, folder, preload: `${folder}/hook/hook.cjs` });
    assert.deepEqual(run, { stdout: '1\n', stderr: '', code: 0 });
    assert.deepEqual(await tracedIn(folder), { traced: 0, untraced: ['fault'] });
  });

  test(`the hook works from a folder with spaces, quotes and backslashes, and twice is once, ${title}`, async (t) => {
    const folder = await temporaryFolder(t, {
      'main.cjs': 'console.log(process.execArgv.length, Object.keys(require.cache).length)',
    });
    const odd = String.raw`${folder}/my "odd" \ folder`;
    await mkdir(odd);
    for (const name of ['hook.cjs', 'hook-main.cjs', 'hook-parsing.cjs', 'hook-worker.cjs'])
      await copyFile(hook.replace('hook.cjs', name), `${odd}/${name}`);
    const { withHook } = await import('#runs/nodeOptions.ts');
    const env = { NODE_OPTIONS: withHook('--no-deprecation', `${odd}/hook.cjs`) };
    const run = await runNode(['--require', hook, '--require', `${odd}/hook.cjs`, 'main.cjs'], { node, folder, env });
    assert.deepEqual(run, { stdout: '0 1\n', stderr: '', code: 0 });
    assert.deepEqual(await tracedIn(folder), { traced: 1, untraced: [] });
  });

  test(`programs under the permission model run without the hook, ${title}`, async (t) => {
    const folder = await temporaryFolder(t, {});
    const allowed = [
      `--allow-fs-read=${path.dirname(hook)}/*`,
      `--allow-fs-read=${folder}/*`,
      `--allow-fs-write=${folder}/*`,
    ];
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' });
    const flag = version.startsWith('v20.') ? '--experimental-permission' : '--permission';
    const run = await runNode([flag, ...allowed, '-p', '1'], { node, folder });
    assert.equal(run.stdout, '1\n');
    assert.deepEqual(await tracedIn(folder), { traced: 0, untraced: ['unsupported'] });
  });

  test(`a worker thread follows its process, whatever its own environment, ${title}`, async (t) => {
    const folder = await temporaryFolder(t, {});
    await writeFile(
      `${folder}/main.cjs`,
      `const { Worker } = require('node:worker_threads');
       const code = 'require("node:worker_threads").parentPort.postMessage(["__rubato" in globalThis, process.execArgv.length])';
       const all = [{}, { env: {} }, { execArgv: [] }, { env: {}, execArgv: [] }].map((options) => new Promise((resolve) =>
         new Worker(code, { eval: true, ...options }).on('message', resolve)));
       Promise.all(all).then((found) => console.log(JSON.stringify(found)));`,
    );
    const traced = await runNode(['--require', hook, 'main.cjs'], { node, folder });
    assert.equal(traced.stdout, '[[true,0],[true,0],[true,0],[false,0]]\n');
    const untraced = await runNode(['--require', hook, 'main.cjs'], { node, folder, settings: { maxProcesses: 1 } });
    assert.equal(untraced.stdout, '[[false,0],[false,0],[false,0],[false,0]]\n');
  });
}
