import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { withHook } from '#runs/nodeOptions.ts';
import { parseSize } from '#cli/run/runOptions.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { finish, runInShell, runRubato, startRubato } from './runRubato.ts';

describe('rubato run', { concurrency: 3 }, () => {
  test('ends as the program ends', async (t) => {
    const folder = await temporaryFolder(t, {
      'seven.cjs': 'process.exit(7)',
      'lost.mjs': 'Promise.reject(new Error("lost")); setTimeout(() => {}, 10_000);',
      'forever.mjs': 'await new Promise(() => {});',
    });
    for (const [script, code] of [
      ['seven.cjs', 7],
      ['lost.mjs', 1],
      ['forever.mjs', 13],
    ] as const) {
      const plain = await runInShell(folder, `"${process.execPath}" ${script}`);
      const traced = await runRubato(folder, ['run', '--quiet', script]);
      assert.deepEqual(traced, { ...plain, code }, script);
    }
  });

  test('dies by the signal that the program died of', async (t) => {
    const folder = await temporaryFolder(t, {
      'main.cjs': 'process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 10_000);',
    });
    const child = startRubato(folder, ['run', '--quiet', 'main.cjs']);
    const [code, signal] = await once(child, 'exit');
    assert.deepEqual([code, signal], [null, 'SIGTERM']);
  });

  test('hands signals to the program, whose answer counts', async (t) => {
    const folder = await temporaryFolder(t, {
      'main.cjs': `for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => { console.log(name); if (name === 'SIGHUP') process.exit(9); });
        setInterval(() => {}, 1000); console.log('ready');`,
    });
    const child = startRubato(folder, ['run', '--quiet', 'main.cjs']);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    let next = 0;
    // Each line is the answer to the signal before it.
    child.stdout?.on('data', () => child.kill(signals[next++]));
    const { code, stdout } = await finish(child);
    assert.deepEqual([code, stdout], [9, 'ready\nSIGINT\nSIGTERM\nSIGHUP\n']);
  });

  test('says what a shell says of commands that do not start', async (t) => {
    const folder = await temporaryFolder(t, { 'plain.txt': 'text' });
    await chmod(`${folder}/plain.txt`, 0o600);
    const missing = await runRubato(folder, ['run', 'no-such-command', '--flag']);
    const unset = await runRubato(folder, ['run', '']);
    assert.deepEqual(unset, { code: 127, stdout: '', stderr: "rubato: '': command not found\n" });
    assert.deepEqual(missing, { code: 127, stdout: '', stderr: 'rubato: no-such-command: command not found\n' });
    const { code, stderr } = await runRubato(folder, ['run', './plain.txt']);
    assert.deepEqual([code, stderr.split('\n').length], [126, 2]);
    assert.match(stderr, /^rubato: \.\/plain\.txt: cannot be run/);
    assert.deepEqual(await readdir(`${folder}/.rubato/runs`), []);
  });

  test('leaves everything behind the command to the program, and the terminal too', async (t) => {
    const folder = await temporaryFolder(t, {
      'main.cjs':
        'process.stdin.pipe(process.stdout); console.log(process.argv.slice(2).join(), process.execArgv.join());',
    });
    const command = '$RUBATO run --quiet -- node --no-warnings main.cjs --quiet -- --mode odd';
    const { stdout, code } = await runInShell(folder, `echo input | ${command}`);
    assert.deepEqual([stdout, code], ['--quiet,--,--mode,odd --no-warnings\ninput\n', 0]);
  });

  test('keeps what NODE_OPTIONS said, and runs scripts of package managers', async (t) => {
    const folder = await temporaryFolder(t, {
      'package.json': '{ "scripts": { "go": "node main.cjs" } }',
      'main.cjs': 'console.log(process.title, "__rubato" in globalThis)',
    });
    const run = await runRubato(folder, ['run', 'npm', 'run', '--silent', 'go'], { NODE_OPTIONS: '--title=kept' });
    assert.deepEqual([run.stdout, run.code], ['kept true\n', 0]);
    assert.doesNotMatch(run.stderr, /nothing traced/);
  });

  test('says in one line when nothing was traced', async (t) => {
    const folder = await temporaryFolder(t, { 'main.cjs': '' });
    const runs = await Promise.all([
      runRubato(folder, ['run', 'true']),
      runRubato(folder, ['run', 'npm', '--version']),
      runRubato(folder, ['run', 'node', '-e', '0']),
      runRubato(folder, ['run', 'main.cjs'], { RUBATO_OFF: '1' }),
      runRubato(folder, ['run', 'node', '--permission', '-p', '1']),
      runRubato(folder, ['run', '--output', 'main.cjs', 'main.cjs']),
    ]);
    const expected = [
      /no Node program came up/,
      /tools \(--include-tools/,
      /nothing recorded/,
      /RUBATO_OFF is set/,
      /permission model/,
      /folder for the trace/,
    ];
    for (const [at, { code, stderr }] of runs.entries()) {
      assert.deepEqual([code, stderr.split('\n').length], [0, 2], stderr);
      assert.match(stderr, expected[at] ?? /./);
    }
  });

  test('a folder of the run that vanishes is a line, no failure', async (t) => {
    const folder = await temporaryFolder(t, {
      'main.cjs': `require('node:fs').rmSync('.rubato', { recursive: true }); process.exitCode = 3;`,
    });
    const { code, stderr } = await runRubato(folder, ['run', 'main.cjs']);
    assert.equal(code, 3);
    assert.match(stderr, /^(?:rubato: .*\n)*rubato: the folder of the run was removed\n$/);
  });

  test('keeps the trace for this user alone and removes old runs, but nothing else', async (t) => {
    const folder = await temporaryFolder(t, {
      'main.cjs': '(async () => { await null; })()',
      '.rubato/runs/20200101-000000-mine/': '',
    });
    const old = Array.from({ length: 12 }, (_, n) => `202001${String(n + 10)}-000000-1`);
    for (const name of old) {
      await mkdir(`${folder}/.rubato/runs/${name}`);
      const manifest = {
        version: 1,
        startedAt: 1,
        ...(name === old[1] ? {} : { endedAt: 2 }),
        command: 'node',
        mode: 'trace',
      };
      if (name !== old[0]) await writeFile(`${folder}/.rubato/runs/${name}/run.json`, JSON.stringify(manifest));
    }
    assert.equal((await runRubato(folder, ['run', '--quiet', 'main.cjs'])).code, 0);
    const left = (await readdir(`${folder}/.rubato/runs`)).toSorted();
    // The one without a manifest is not ours; the last ten are nine old ones and the new one.
    assert.deepEqual(left.slice(0, -1), [...old.slice(0, 1), '20200101-000000-mine', ...old.slice(3)].toSorted());
    const run = `${folder}/.rubato/runs/${left.at(-1)}`;
    const modes = await Promise.all([run, `${run}/trace.rubato`].map(async (file) => (await stat(file)).mode & 0o777));
    assert.deepEqual(modes, [0o700, 0o600]);
    assert.equal(await readFile(`${folder}/.rubato/.gitignore`, 'utf8'), '*\n');
    const manifest = JSON.parse(await readFile(`${run}/run.json`, 'utf8'));
    assert.deepEqual([manifest.command, manifest.mode, manifest.exitCode], ['node main.cjs', 'trace', 0]);
    assert.ok(manifest.pid > 0 && manifest.endedAt >= manifest.startedAt);
    assert.deepEqual(
      (await readdir(run)).filter((name) => name.endsWith('.segment') || name.endsWith('.process')),
      [],
    );
  });
});

test('NODE_OPTIONS composed by us is read back by Node as it was meant', () => {
  for (const path of [
    '/a/hook.cjs',
    '/a b/hook.cjs',
    '/a"b/hook.cjs',
    String.raw`/a\b/hook.cjs`,
    String.raw`/a \"b/hook.cjs`,
  ]) {
    const options = withHook('--title="my title"', path);
    const [, , read] = readBack(options);
    assert.equal(read, path);
  }
  assert.equal(withHook(' ', '/h.cjs'), '--require /h.cjs');
  assert.equal(withHook('--require /h.cjs', '/h.cjs'), '--require /h.cjs');
});

/** Node says in its refusal which module it looked for. */
function readBack(options: string): readonly string[] {
  try {
    execFileSync(process.execPath, ['-e', '0'], {
      env: { NODE_OPTIONS: options },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (error) {
    return /(Cannot find module) '(.*)'\n/.exec(String(error)) ?? [];
  }
  return [];
}

test('sizes are numbers with a unit', () => {
  assert.deepEqual(['256mb', '1.5 GB', '10kb', '5', 'mb', '-1mb'].map(parseSize), [
    268_435_456,
    1_610_612_736,
    10_240,
    undefined,
    undefined,
    undefined,
  ]);
});
