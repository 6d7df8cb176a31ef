import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { describe, test, type TestContext } from 'node:test';
import { defaultHookSettings, settingsVariable, type HookSettings } from '#protocol/hookSettings.ts';
import type { RunManifest } from '#protocol/runFolder.ts';
import { openTrace } from '#runs/openTrace.ts';
import { hook } from '../hook/processes/runNode.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { ofKind, startReader, tasksThat, toPanel, type ReaderThread } from './readerThread.ts';

/** Works in short tasks while one never goes on; stands still while there is a file `stand`, and ends when there is a file `end`. */
const program = `
  import { existsSync } from 'node:fs';
  import { setTimeout as sleep } from 'node:timers/promises';
  async function forever() { await new Promise(() => {}); }
  async function caller() { await forever(); }
  async function work() { await sleep(1); }
  caller();
  while (!existsSync('end')) {
    await work();
    while (existsSync('stand'));
  }
  process.exit(0);
`;

describe('a living run', { timeout: 120_000 }, () => {
  test('is seen while it lives, while its loop stands still, and as a whole when it has ended', async (t) => {
    const { reader, folder, run } = await madeRun(t);
    reader.post({ kind: 'open', session: 1, source: { path: run, root: folder } });
    assert.equal((await reader.until(ofKind('opened'))).state, 'live');
    reader.post({ kind: 'watchTasks', session: 1, isWanted: true });
    reader.post({ kind: 'panel', session: 1, message: { kind: 'ready', version: 1 } });
    const child = start(t, folder, run);
    const tasks = await reader.until(tasksThat(({ groups }) => groups.some(isForever)));
    const stuck = tasks.groups.find(isForever);
    assert.deepEqual([tasks.state, stuck?.count, stuck?.leaves], ['live', 1, 1]);
    assert.equal(stuck?.callers[0]?.place.label, 'forever()');
    await reader.until(toPanel('stuck', ({ groups }) => groups.length > 0));

    await writeFile(`${folder}/stand`, '');
    const standing = await reader.until(
      tasksThat(({ blockedMs }) => blockedMs > 0),
      reader.answers.length,
    );
    assert.ok(standing.groups.some(isForever));
    await reader.until(
      toPanel('status', ({ blockedMs }) => blockedMs > 500),
      reader.answers.length,
    );

    // Somebody who comes late sees the same, from the beginning.
    reader.post({ kind: 'open', session: 2, source: { path: run, root: folder } });
    reader.post({ kind: 'watchTasks', session: 2, isWanted: true });
    const late = await reader.until((answer) =>
      answer.kind === 'tasks' && answer.session === 2 && answer.tasks.alive > 0 ? answer.tasks : undefined,
    );
    assert.ok(late.groups.some(isForever));

    await rm(`${folder}/stand`);
    await reader.until(
      tasksThat(({ blockedMs }) => blockedMs === 0),
      reader.answers.length,
    );
    await end(child, folder);
    reader.post({ kind: 'finish', request: 9, folder: run });
    await reader.until(ofKind('done'));
    await reader.until(ofKind('ended'));
    const last = await reader.until(tasksThat(({ state }) => state === 'ended'));
    assert.ok(last.groups.some(isForever));
    assert.deepEqual(last.notes, []);
    const evidence = await readFile(`${folder}/.rubato/evidence.json`, 'utf8');
    assert.match(evidence, /"stuck"|forever/);
  });

  test('what is told while it lives is what is recorded, also to who comes late', async (t) => {
    const { reader, folder, run } = await madeRun(t);
    const child = start(t, folder, run);
    reader.post({ kind: 'open', session: 3, source: { path: run, root: folder } });
    reader.post({ kind: 'watchTasks', session: 3, isWanted: true });
    await reader.until(tasksThat(({ groups }) => groups.some(isForever)));
    const from = reader.answers.length;
    reader.post({ kind: 'open', session: 1, source: { path: run, root: folder } });
    reader.post({ kind: 'panel', session: 1, message: { kind: 'ready', version: 1 } });
    await reader.until(
      toPanel('tasks', ({ columns }) => columns.begin.length > 20),
      from,
    );
    await end(child, folder);
    await reader.until(ofKind('ended'), from);
    const told = new Set<number>();
    const ended = reader.answers.findIndex(({ kind }, at) => kind === 'ended' && at >= from);
    const messages = reader.answers.slice(from, ended).flatMap((each) => (each.kind === 'panel' ? [each.message] : []));
    for (const message of messages) {
      if (message.kind === 'open') told.clear();
      if (message.kind !== 'tasks') continue;
      for (let at = 0; at < message.columns.begin.length; at += 1) {
        assert.ok(!told.has(message.first + at), 'a row is told once');
        told.add(message.first + at);
      }
      assert.ok(message.columns.parent.every((parent, at) => parent < message.first + at));
    }
    const { model } = await openTrace(run, folder);
    const recorded = model.threads.reduce((sum, { tasks }) => sum + tasks.count, 0);
    assert.ok(told.size > 20 && told.size <= recorded, `${told.size} of ${recorded}`);
    const status = messages.filter((each) => each.kind === 'status').at(-1);
    assert.deepEqual(status?.notes, []);
  });

  test('is held and goes on without a loss', async (t) => {
    const { reader, folder, run } = await madeRun(t);
    const child = start(t, folder, run);
    reader.post({ kind: 'open', session: 1, source: { path: run, root: folder } });
    reader.post({ kind: 'panel', session: 1, message: { kind: 'ready', version: 1 } });
    await reader.until(toPanel('tasks', ({ columns }) => columns.begin.length > 0));
    reader.post({ kind: 'panel', session: 1, message: { kind: 'setPaused', isPaused: true } });
    await reader.until(toPanel('status', ({ state }) => state === 'paused'));
    const from = reader.answers.length;
    reader.post({ kind: 'panel', session: 1, message: { kind: 'setPaused', isPaused: false } });
    const status = await reader.until(
      toPanel('status', ({ state }) => state === 'live'),
      from,
    );
    assert.deepEqual(status.dropped, { events: 0, messages: 0, tasks: 0 });
    // Nobody can let it go on when the panel has gone.
    reader.post({ kind: 'panel', session: 1, message: { kind: 'setPaused', isPaused: true } });
    reader.post({ kind: 'detachPanel', session: 1 });
    await end(child, folder);
    await reader.until(ofKind('ended'));
  });

  test('in watch mode it is known by its live tables', async (t) => {
    const { reader, folder, run } = await madeRun(t);
    const child = start(t, folder, run, { mode: 'watch' });
    reader.post({ kind: 'open', session: 1, source: { path: run, root: folder } });
    reader.post({ kind: 'watchTasks', session: 1, isWanted: true });
    const tasks = await reader.until(tasksThat(({ groups }) => groups.some(isForever)));
    assert.equal(tasks.state, 'live');
    await end(child, folder);
    await reader.until(ofKind('ended'));
  });

  test('a folder takes several programs one after the other', async (t) => {
    const { reader, folder, run } = await madeRun(t);
    const pids: number[] = [];
    for (const round of [1, 2]) {
      const child = start(t, folder, run);
      pids.push(child.pid ?? 0);
      if (round === 1) reader.post({ kind: 'open', session: 1, source: { path: run, root: folder } });
      reader.post({ kind: 'watchTasks', session: 1, isWanted: true });
      const from = reader.answers.length;
      // The second one makes the run go on.
      await reader.until(
        tasksThat(
          ({ state, groups }) => state === 'live' && groups.some((each) => isForever(each) && each.count === round),
        ),
        from,
      );
      await end(child, folder);
      reader.post({ kind: 'finish', request: round, folder: run });
      await reader.until((answer) => (answer.kind === 'done' && answer.request === round ? true : undefined));
      await reader.until(ofKind('ended'), from);
      await reader.until(
        tasksThat(({ state }) => state === 'ended'),
        from,
      );
      await rm(`${folder}/end`);
      const names = await readdir(run);
      assert.deepEqual(names.toSorted(), ['evidence.json', 'run.json', 'trace.rubato']);
      const manifest: RunManifest = JSON.parse(await readFile(`${run}/run.json`, 'utf8'));
      assert.ok((manifest.endedAt ?? 0) >= manifest.startedAt);
      const { model } = await openTrace(run, folder);
      assert.deepEqual(new Set(model.threads.map(({ hello }) => hello.pid)), new Set(pids));
      assert.deepEqual(model.notes, []);
    }
  });

  test('nothing recorded is a sentence', async (t) => {
    const { reader, run } = await madeRun(t);
    reader.post({ kind: 'finish', request: 1, folder: run });
    assert.match((await reader.until(ofKind('failed'))).message, /^No run is recorded here: `rubato run/);
  });
});

function isForever({ place }: { readonly place: { readonly label: string } }): boolean {
  return place.label === 'new Promise(() => {})';
}

interface MadeRun {
  readonly reader: ReaderThread;
  readonly folder: string;
  readonly run: string;
}

async function madeRun(t: TestContext): Promise<MadeRun> {
  const folder = await temporaryFolder(t, { 'main.mjs': program });
  const reader = startReader(t);
  reader.post({ kind: 'makeRun', request: 77, root: folder, command: 'node main.mjs' });
  const { folder: run } = await reader.until(ofKind('made'));
  return { reader, folder, run };
}

function start(t: TestContext, folder: string, run: string, settings: Partial<HookSettings> = {}): ChildProcess {
  const all: HookSettings = { ...defaultHookSettings, folder: run, root: folder, ...settings };
  const child = spawn(process.execPath, ['main.mjs'], {
    cwd: folder,
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], NODE_OPTIONS: `--require "${hook}"`, [settingsVariable]: JSON.stringify(all) },
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  const exit = once(child, 'exit');
  await writeFile(`${folder}/end`, '');
  await exit;
}
