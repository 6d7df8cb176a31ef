import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ReaderThread } from '#extension/runs/readerThread.ts';
import type { ReaderAnswer } from '#reader/messages.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const burst = 40;

/** Answers every request but `close`, which ends the thread as a bug would; `makeRun` many times at once. */
const program = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ kind, session, request }) => {
  if (kind === 'close') throw new Error('a bug at ' + session);
  for (let left = kind === 'makeRun' ? ${burst} : 1; left > 0; left -= 1) parentPort.postMessage({ kind: 'done', request });
});
`;

/** A thread, and what it says in order: numbers of answers, or why it died. */
async function startThread(t: TestContext, work = (): void => {}) {
  const folder = await temporaryFolder(t, { 'reader.cjs': program });
  const said: (number | string)[] = [];
  let wake = (): void => {};
  const hear = (what: number | string): void => {
    work();
    said.push(what);
    wake();
  };
  const thread = new ReaderThread(`${folder}/reader.cjs`, {
    answer: (answer: ReaderAnswer) => hear(answer.kind === 'done' ? answer.request : answer.kind),
    died: hear,
  });
  t.after(() => thread.stop());
  const next = async (count: number): Promise<readonly (number | string)[]> => {
    while (said.length < count) await new Promise<void>((resolve) => (wake = resolve));
    return said;
  };
  return { thread, next };
}

const finish = (request: number) => ({ kind: 'finish', request, folder: '/x' }) as const;

test('the reader begins with the first request', async (t) => {
  const { thread, next } = await startThread(t);
  assert(!thread.isRunning);
  thread.send(finish(1));
  assert(thread.isRunning);
  assert.deepEqual(await next(1), [1]);
});

test('a dead reader is told of once, with the reason, and the next request starts another', async (t) => {
  const { thread, next } = await startThread(t);
  thread.send(finish(1));
  thread.send({ kind: 'close', session: 7 });
  const [first, reason] = await next(2);
  assert.equal(first, 1);
  assert.match(String(reason), /a bug at 7/);
  assert(!thread.isRunning);
  thread.send(finish(2));
  assert.deepEqual((await next(3)).slice(2), [2]);
});

test('between answers that come at once, others have their turn', async (t) => {
  const { thread, next } = await startThread(t, () => {
    for (const begin = performance.now(); performance.now() - begin < 5;);
  });
  let turns = 0;
  const turning = setInterval(() => (turns += 1), 1);
  t.after(() => clearInterval(turning));
  thread.send({ kind: 'makeRun', request: 3, root: '/x', command: 'y' });
  await next(1);
  const first = turns;
  assert.equal((await next(burst)).length, burst);
  assert.ok(turns - first >= burst / 4, `${turns - first} turns`);
});

test('a reader that was stopped is not missed', async (t) => {
  const { thread, next } = await startThread(t);
  thread.send(finish(1));
  await next(1);
  await thread.stop();
  thread.send(finish(2));
  assert.deepEqual(await next(2), [1, 2]);
});

test('a program that is not there is a death too', async (t) => {
  const folder = await temporaryFolder(t, {});
  const { promise, resolve } = Promise.withResolvers<string>();
  const thread = new ReaderThread(`${folder}/none.cjs`, { answer: () => {}, died: resolve });
  thread.send(finish(1));
  assert.match(await promise, /none\.cjs/);
});
