import assert from 'node:assert/strict';
import { chmod, readdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { readSegment } from './readSegment.ts';
import { runProgram, segmentsOf, traceOf } from './tracedProgram.ts';

const tasks = (count: number): string => `for (let i = 0; i < ${count}; i += 1) rt.e(undefined, rt.b(1));`;

for (const startsWorker of ['at once', 'when loaded'] as const) {
  test(`everything up to the end is written, then live tasks, counters and the exit code; worker ${startsWorker}`, async (t) => {
    const ended = await runProgram(
      t,
      `recorder.addSites({ files: [{ id: 1, path: '/a.js' }], sites: [
       { id: 1, kind: 'function', file: 1, line: 3, column: 1, label: 'load', owner: 1, offset: 0, hash: '0'.repeat(14) },
     ] });
     recorder.count('modulesTransformed', 2);
     ${tasks(100_000)}
     rt.w(1, new RangeError());
     rt.a(undefined, rt.b(1), 1);
     end(3);
     process.exitCode = 3;`,
      { startsWorker },
    );
    assert.deepEqual([ended.code, ended.stderr], [3, '']);
    const { threads, notes, places } = await traceOf(ended);
    assert.deepEqual(notes, []);
    const [thread] = threads;
    assert.equal(thread?.goodbye?.exitCode, 3);
    assert.equal(thread.hello.thread, 0);
    assert.equal(path.basename(thread.hello.script ?? ''), 'main.mjs');
    assert.equal(thread.stats?.tasksStarted, 100_001);
    assert.equal(thread.stats.tasksAlive, 1);
    assert.equal(thread.stats.modulesTransformed, 2);
    assert.equal(thread.stats.swallowedRejections, 1);
    assert.deepEqual(thread.stats.swallowed, [{ site: 1, count: 1, errorClasses: ['RangeError'] }]);
    assert.deepEqual(
      thread.stats.waiting.map(({ site, count }) => [site, count]),
      [[1, 1]],
    );
    assert.equal(thread.lostWords, 0);
    assert.ok(places.some(({ label, line }) => label === 'load' && line === 3));
  });
}

test('a program that ends before its loop turns needs no worker, and writes by itself', async (t) => {
  const program = `rt.e(undefined, rt.b(1)); end(0); console.log(typeof drainWorker);`;
  const ended = await runProgram(t, program, { startsWorker: 'when loaded' });
  assert.deepEqual([ended.code, ended.stderr, ended.stdout], [0, '', 'undefined\n']);
  assert.equal((await traceOf(ended)).threads[0]?.goodbye?.exitCode, 0);
});

test('without a folder to write to a program that has no worker goes on, with one line', async (t) => {
  const options = { settings: { folder: '/nowhere/at/all' }, startsWorker: 'when loaded' } as const;
  const ended = await runProgram(t, `${tasks(10)} end(0);`, options);
  assert.deepEqual(
    [ended.code, ended.stderr],
    [0, 'rubato: writing the trace stopped (ENOENT); the program goes on.\n'],
  );
});

test('many records, or the first turn of the loop, start the worker', async (t) => {
  const many = `${tasks(50_000)} console.log(typeof drainWorker); end(0);`;
  const turn = `console.log(typeof globalThis.drainWorker); await sleep(1); console.log(typeof drainWorker); end(0);`;
  for (const [program, stdout] of [
    [many, 'object\n'],
    [turn, 'undefined\nobject\n'],
  ] as const) {
    const ended = await runProgram(t, program, { startsWorker: 'when loaded' });
    assert.deepEqual([ended.code, ended.stderr, ended.stdout], [0, '', stdout]);
    assert.equal((await traceOf(ended)).threads[0]?.goodbye?.exitCode, 0);
  }
});

test('what was recorded before a kill is read up to a quarter of a second before it', async (t) => {
  const ended = await runProgram(
    t,
    `await workerReady();
     ${tasks(1000)}
     await sleep(250);
     process.kill(process.pid, 'SIGKILL');`,
  );
  assert.equal(ended.signal, 'SIGKILL');
  const { threads, notes } = await traceOf(ended);
  assert.deepEqual(notes, []);
  assert.equal(threads[0]?.tasks.count, 1000);
  assert.equal(threads[0].isOver, false);
});

test('without a folder to write to the program goes on, with one line', async (t) => {
  const missing = await runProgram(t, `${tasks(1000)} end(0); console.log('ran');`, {
    settings: { folder: '/nowhere/at/all' },
  });
  assert.deepEqual([missing.code, missing.stdout], [0, 'ran\n']);
  assert.equal(missing.stderr, 'rubato: writing the trace stopped (ENOENT); the program goes on.\n');
});

test('a full disk ends the writing, not the program', { skip: process.platform !== 'linux' }, async (t) => {
  const ended = await runProgram(
    t,
    `${tasks(100_000)}
     await sleep(300);
     ${tasks(100_000)}
     end(0);
     console.log('ran');`,
    { fileBlocks: 400 },
  );
  assert.deepEqual([ended.code, ended.stdout], [0, 'ran\n']);
  assert.equal(ended.stderr, 'rubato: writing the trace stopped (EFBIG); the program goes on.\n');
});

test('a folder that becomes read-only is no trouble while its segment is open', async (t) => {
  const ended = await runProgram(t, `${tasks(1000)} console.log('go'); await sleep(200); ${tasks(1000)} end(0);`, {
    onLine: (_line, folder) => void chmod(folder, 0o500),
  });
  await chmod(ended.folder, 0o700);
  assert.deepEqual([ended.code, ended.stderr], [0, '']);
});

test('a bound on disk costs the oldest records, not the notes', async (t) => {
  const maxBytes = 2_000_000;
  const ended = await runProgram(
    t,
    `recorder.addSites({ files: [{ id: 1, path: '/a.js' }], sites: [] });
     recorder.note({ kind: 'gc', start: 1, durationUs: 2, type: 'scavenge' });
     for (let round = 0; round < 20; round += 1) { ${tasks(50_000)} await sleep(120); }
     end(0);`,
    { settings: { maxBytes } },
  );
  assert.deepEqual([ended.code, ended.stderr], [0, '']);
  const segments = await segmentsOf(ended.folder);
  const bytes = segments.reduce((sum, each) => sum + each.length, 0);
  assert.ok(bytes <= maxBytes, `${bytes} bytes`);
  assert.ok(bytes > maxBytes / 2, `${bytes} bytes`);
  const notes = segments.flatMap((each) => readSegment(each).notes);
  assert.ok(notes.some(({ kind }) => kind === 'gc'));
  assert.ok(notes.some((note) => note.kind === 'gap' && note.reason === 'disk-bound' && note.words > 0));
  const { threads } = await traceOf(ended);
  assert.equal(threads[0]?.stats?.tasksStarted, 1_000_000);
  assert.equal((await readdir(ended.folder)).filter((name) => name.endsWith('.new')).length, 0);
});

test('a program faster than the drain loses the oldest words, counted, and nothing else', async (t) => {
  const ended = await runProgram(t, `await workerReady(); ${tasks(3_000_000)} end(0);`, {
    sizes: { ringWords: 1 << 15 },
  });
  const { threads } = await traceOf(ended);
  const [thread] = threads;
  assert.equal(thread?.stats?.tasksStarted, 3_000_000);
  assert.ok(thread.lostWords > 0);
  assert.equal(thread.stats.lostWords, thread.lostWords);
  const segments = await segmentsOf(ended.folder);
  const written = segments.reduce((sum, each) => sum + readSegment(each).words, 0);
  assert.equal(written + thread.lostWords, thread.stats.words);
  assert.equal(thread.stats.tasksAlive, 0);
});

test('5 million records a second are drained without loss', async (t) => {
  const ended = await runProgram(
    t,
    `await workerReady();
     // Each task is two records; a second in slices of 10 ms, each of which lets the worker run, however busy the machine is.
     const from = performance.now();
     for (let slice = 1; slice <= 100; slice += 1) {
       ${tasks(25_000)}
       const ticks = recorder.header[3];
       while (performance.now() - from < slice * 10 || recorder.header[3] === ticks);
     }
     end(0);`,
  );
  const [stats] = (await segmentsOf(ended.folder)).map((each) => readSegment(each).stats.at(-1)).slice(-1);
  assert.equal(stats?.tasksStarted, 2_500_000);
  assert.equal(stats.lostWords, 0);
});

test('200,000 live tasks: the table holds what it can, the rest is counted', async (t) => {
  const ended = await runProgram(t, 'for (let i = 0; i < 200_000; i += 1) rt.a(undefined, rt.b(1), 2); end(0);');
  const { threads, notes } = await traceOf(ended);
  assert.deepEqual(notes, ['68,929 tasks found no place in the live table and were not recorded']);
  assert.equal(threads[0]?.stats?.tasksAlive, (1 << 17) - 1);
  assert.equal(threads[0].stats.tasksUntracked, 200_000 - (1 << 17) + 1);
  assert.equal(threads[0].tasks.count, (1 << 17) - 1);
});

test('flight mode writes records only when something happens', async (t) => {
  const quiet = await runProgram(t, `${tasks(1000)} await sleep(250); end(0);`, { settings: { mode: 'flight' } });
  assert.equal((await traceOf(quiet)).threads[0]?.tasks.count, 0);
  const loud = await runProgram(
    t,
    `await workerReady();
     ${tasks(1000)}
     recorder.note({ kind: 'rejection', outcome: 'unhandled', time: 1, id: 1, errorClass: 'E', task: 0, site: 0, frames: [] });
     await sleep(250);
     process.kill(process.pid, 'SIGKILL');`,
    { settings: { mode: 'flight' } },
  );
  assert.equal((await traceOf(loud)).threads[0]?.tasks.count, 1000);
  const exit = await runProgram(t, `rt.a(undefined, rt.b(1), 2); end(0);`, { settings: { mode: 'flight' } });
  const notes = (await segmentsOf(exit.folder)).flatMap((each) => readSegment(each).notes);
  assert.deepEqual(
    notes.map((note) => (note.kind === 'trigger' ? note.reason : note.kind)),
    ['exit'],
  );
});

test('watch mode writes counters and live tasks, no records', async (t) => {
  const ended = await runProgram(t, `${tasks(1000)} rt.a(undefined, rt.b(1), 2); end(0);`, {
    settings: { mode: 'watch' },
  });
  const [thread] = (await traceOf(ended)).threads;
  assert.equal(thread?.stats?.words, 0);
  assert.equal(thread.stats.tasksStarted, 1001);
  assert.equal(thread.stats.tasksAlive, 1);
});

test('when the drain worker dies the program goes on and ends without delay', async (t) => {
  const ended = await runProgram(
    t,
    `await workerReady();
     await drainWorker.terminate();
     ${tasks(1000)}
     const from = performance.now();
     end(0);
     console.log(performance.now() - from < 2000 ? 'soon' : 'late');`,
  );
  assert.deepEqual(
    [ended.code, ended.stdout, ended.stderr],
    [0, 'soon\n', 'rubato: recording stopped (Error); the program goes on.\n'],
  );
});

test('nothing of it keeps a program alive', async (t) => {
  const ended = await runProgram(t, `recorder.onControl(() => {}); ${tasks(10)}`, { settings: { listen: true } });
  assert.equal(ended.code, 0);
});
