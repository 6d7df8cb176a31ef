import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { utimes } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { abandoned, inOrder, newestRun, rootOfRunFile, runsIn } from '#extension/runs/readRuns.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const now = Date.now();
/** No process has this id: Linux gives none above 2^22. */
const dead = 2 ** 30;

/** The runs of a folder with these files in `.rubato/runs`, as `name: alive or ended`, in the order that people see. */
async function seen(
  t: TestContext,
  files: Readonly<Record<string, unknown>>,
  prepare?: (runs: string) => Promise<void>,
): Promise<readonly string[]> {
  const texts = Object.entries(files).map(([name, content]) => [
    `.rubato/runs/${name}`,
    typeof content === 'string' ? content : JSON.stringify(content),
  ]);
  const root = await temporaryFolder(t, Object.fromEntries(texts));
  await prepare?.(path.join(root, '.rubato/runs'));
  const runs = inOrder(await runsIn(root, now));
  assert(runs.every((run) => run.root === path.resolve(root)));
  return runs.map(({ folder, isAlive }) => `${path.basename(folder)}: ${isAlive ? 'alive' : 'ended'}`);
}

const manifest = (startedAt: number, endedAt?: number) => ({
  version: 1 as const,
  startedAt,
  command: 'node app.js',
  mode: 'trace',
  ...(endedAt === undefined ? {} : { endedAt }),
});

test('runs that live come before runs that ended, the last to begin or to end first', async (t) => {
  assert.deepEqual(
    await seen(t, {
      'a/run.json': manifest(now - 90_000),
      [`a/${process.pid}.process`]: { pid: process.pid },
      'b/run.json': manifest(now - 80_000, now - 70_000),
      'b/trace.rubato': '',
      'c/run.json': manifest(now - 60_000, now - 50_000),
      'c/trace.rubato': '',
      'e/run.json': manifest(now - 99_000, now - 40_000),
      'e/trace.rubato': '',
      'd/run.json': manifest(now - 95_000),
      [`d/${process.pid}.process`]: { pid: process.pid },
    }),
    ['a: alive', 'd: alive', 'e: ended', 'c: ended', 'b: ended'],
  );
});

test('a run without an end whose processes are gone has ended', async (t) => {
  assert.deepEqual(await seen(t, { 'a/run.json': manifest(now - 60_000), [`a/${dead}.process`]: {} }), ['a: ended']);
});

test('a command that was started before the system does not live: its id is of another process', async (t) => {
  assert.deepEqual(
    await seen(t, {
      'new/run.json': { ...manifest(now), pid: process.pid },
      'old/run.json': { ...manifest(1), pid: process.pid },
      'old/1-0-0.segment': '',
    }),
    ['new: alive', 'old: ended'],
  );
});

test('a run lives before its program has left a mark, but not for ever; without anything to show it is none', async (t) => {
  assert.deepEqual(
    await seen(t, {
      'a/run.json': manifest(now - 1000),
      'b/run.json': manifest(now - 60_000),
      'c/run.json': manifest(now - 60_000),
      'c/1-0-0.segment': '',
    }),
    ['a: alive', 'c: ended'],
  );
});

test('what a command leaves behind does not keep its run alive; a later process does', async (t) => {
  const mark = `${process.pid}.process`;
  const files = {
    'left/run.json': manifest(now - 60_000, now - 40_000),
    [`left/${mark}`]: {},
    'again/run.json': manifest(now - 60_000, now - 40_000),
    [`again/${mark}`]: {},
  };
  const prepare = async (runs: string): Promise<void> => {
    await utimes(path.join(runs, 'left', mark), (now - 50_000) / 1000, (now - 50_000) / 1000);
  };
  assert.deepEqual(await seen(t, files, prepare), ['again: alive', 'left: ended']);
});

test('a mark from before the system was started is of another process, though its socket was left', async (t) => {
  const mark = `a/${process.pid}.process`;
  const sockets = await temporaryFolder(t, {});
  const socket = process.platform === 'win32' ? String.raw`\\.\pipe\rubato-1-ab` : `${sockets}/1-ab.sock`;
  const server = createServer().listen(socket);
  t.after(() => server.close());
  await once(server, 'listening');
  const files = { 'a/run.json': manifest(1), [mark]: { pid: process.pid, socket, token: 'x' } };
  const at = async (time: number): Promise<readonly string[]> =>
    seen(t, files, (runs) => utimes(path.join(runs, mark), time / 1000, time / 1000));
  assert.deepEqual(await at(now - 90_000), ['a: alive']);
  assert.deepEqual(await at(1000), ['a: ended']);
});

test('an old mark without its socket is of another process with the same id', async (t) => {
  const mark = `a/${process.pid}.process`;
  const prepare = async (runs: string): Promise<void> => {
    await utimes(path.join(runs, mark), (now - 90_000) / 1000, (now - 90_000) / 1000);
  };
  const files = { 'a/run.json': manifest(now - 90_000), [mark]: { pid: process.pid, socket: '/nowhere/at/all.sock' } };
  const expected = process.platform === 'win32' ? 'a: alive' : 'a: ended';
  assert.deepEqual(await seen(t, files, prepare), [expected]);
});

test('what is no manifest is no run', async (t) => {
  assert.deepEqual(
    await seen(t, {
      'a/run.json': '{',
      'b/run.json': 'null',
      'c/run.json': { ...manifest(1), command: ['rm'] },
      'd/run.json': { ...manifest(1), version: 2 },
      'e/run.json': { ...manifest(1), endedAt: 'now' },
      'h/run.json': { ...manifest(1), signal: {} },
      'f/other.json': manifest(1),
      g: 'no folder',
    }),
    [],
  );
});

test('a folder without runs has none', async (t) => {
  assert.deepEqual(await runsIn(await temporaryFolder(t, {}), now), []);
});

test('only the files of a run tell its root', () => {
  const file = path.resolve('/app/.rubato/runs/x/run.json');
  assert.equal(rootOfRunFile(file), path.resolve('/app'));
  for (const other of ['/app/.rubato/run.json', '/app/rubato/runs/x/run.json', '/app/.rubato/runs/x', '/run.json'])
    assert.equal(rootOfRunFile(path.resolve(other)), undefined, other);
});

test('the newest run is known by its name, before it has a manifest', async (t) => {
  const root = await temporaryFolder(t, { '.rubato/runs/1/run.json': '{}', '.rubato/runs/2/x': '' });
  assert.equal(await newestRun(root), '2');
  assert.equal(await newestRun(`${root}/none`), undefined);
});

test('a run is abandoned when nobody ended it, it lives no more, and nothing came after it', () => {
  const run = (root: string, times: readonly [number, number?], isAlive = false) => ({
    folder: `${root}/${times[0]}`,
    root,
    manifest: manifest(...times),
    isAlive,
  });
  const runs = [run('/a', [1, 2]), run('/a', [3]), run('/b', [1]), run('/b', [4, 5]), run('/c', [1], true)];
  assert.deepEqual(
    abandoned(runs).map(({ folder }) => folder),
    ['/a/3'],
  );
});
