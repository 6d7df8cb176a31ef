import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram, traceOf } from './tracedProgram.ts';

test('a worker thread of the program is drained by the same worker, to its end', async (t) => {
  const ended = await runProgram(
    t,
    `rt.e(undefined, rt.b(1));
     const worker = runThread(\`
       recorder.addSites({ files: [{ id: 1, path: '/t.js' }], sites: [
         { id: 1, kind: 'function', file: 1, line: 1, column: 1, label: 'inThread', owner: 1, offset: 0, hash: '0'.repeat(14) },
       ] });
       for (let i = 0; i < 100_000; i += 1) rt.e(undefined, rt.b(1));
       end(undefined);
     \`);
     await new Promise((resolve) => worker.on('exit', resolve));
     end(0);`,
  );
  assert.deepEqual([ended.code, ended.stderr], [0, '']);
  const { threads, notes, places } = await traceOf(ended);
  assert.deepEqual(notes, []);
  assert.deepEqual(
    threads.map(({ hello, isOver, stats }) => [hello.thread === 0, hello.parentThread, isOver, stats?.tasksStarted]),
    [
      [true, undefined, true, 1],
      [false, 0, true, 100_000],
    ],
  );
  assert.ok(places.some(({ label }) => label === 'inThread'));
});

test('a thread that the program waits for without its loop turning is drained, too', async (t) => {
  const ended = await runProgram(
    t,
    `const flag = new Int32Array(new SharedArrayBuffer(4));
     const code = 'import { workerData } from "node:worker_threads"; rt.e(undefined, rt.b(1)); end(0);' +
       'Atomics.store(workerData.flag, 0, 1); Atomics.notify(workerData.flag, 0);';
     new Worker(new URL('thread.mjs', import.meta.url), {
       workerData: { program: 'data:text/javascript,' + encodeURIComponent(code), flag },
     });
     console.log(Atomics.wait(flag, 0, 0, 30_000));
     end(0);`,
    { startsWorker: 'when loaded' },
  );
  assert.deepEqual([ended.code, ended.stderr, ended.stdout], [0, '', 'ok\n']);
  const { threads } = await traceOf(ended);
  assert.deepEqual(
    threads.map(({ isOver, stats }) => [isOver, stats?.tasksStarted]),
    [
      [true, 0],
      [true, 1],
    ],
  );
});

test('a thread that is terminated keeps what it had recorded, and the process ends as usual', async (t) => {
  const ended = await runProgram(
    t,
    `const worker = runThread('for (let i = 0; i < 1000; i += 1) rt.e(undefined, rt.b(1)); setInterval(() => {}, 1000);');
     worker.on('exit', () => started.threadGone(worker.id));
     await new Promise((resolve) => worker.once('online', resolve));
     worker.id = worker.threadId;
     await sleep(500);
     await worker.terminate();
     await sleep(50);
     end(0);`,
  );
  assert.deepEqual([ended.code, ended.stderr], [0, '']);
  const { threads } = await traceOf(ended);
  assert.deepEqual(
    threads.map(({ isOver, stats }) => [isOver, stats?.tasksStarted]),
    [
      [true, 0],
      [false, 1000],
    ],
  );
});

test('a thread without a drain worker in its process cannot be traced', async (t) => {
  const ended = await runProgram(
    t,
    `import { setEnvironmentData } from 'node:worker_threads';
     setEnvironmentData('rubato.drain', undefined);
     const worker = runThread('');
     worker.on('error', (error) => { console.log(error.name, error.message); end(0); });`,
  );
  assert.equal(ended.stdout, 'UntraceableError no drain worker\n');
});

test('where workers are not allowed nothing is traced', async (t) => {
  const ended = await runProgram(t, '', { flags: ['--permission', '--allow-fs-read=*'] });
  assert.match(ended.stderr, /UntraceableError: Access to this API has been restricted/);
});

test('a sampled task that was collected while it waited is lost, with its place', async (t) => {
  const ended = await runProgram(
    t,
    `const keep = [];
     async function never(isKept) {
       const task = rt.b(1);
       try { rt.c(await rt.a(new Promise((resolve) => isKept && keep.push(resolve)), task, 2), task); }
       finally { rt.e(undefined, task); }
     }
     never(false);
     never(true);
     for (let round = 0; round < 5; round += 1) { await sleep(20); gc(); }
     end(0);`,
    { flags: ['--expose-gc'] },
  );
  assert.equal(ended.code, 0);
  const [thread] = (await traceOf(ended)).threads;
  assert.deepEqual(
    thread?.lost.map(({ task, site, waitsAt, sampling }) => ({ task, site, waitsAt, sampling })),
    [{ task: 1, site: 1, waitsAt: 2, sampling: 1 }],
  );
  assert.equal(thread.stats?.tasksAlive, 1);
  assert.equal(thread.stats.lostTasks, 1);
});
