import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { runText } from '../detect/runText.ts';

const turn = `const turn = (ms) => new Promise((resolve) => setTimeout(resolve, ms));`;

async function blocksOf(t: TestContext, text: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { notes, code, stderr } = await runText(t, { text });
  assert.equal(code, 0, stderr);
  return notes.filter(({ kind }) => kind === 'block');
}

test('loading and computing before the loop turns is start-up', async (t) => {
  const text = `const end = performance.now() + 150;
while (performance.now() < end);
${turn}
await turn(50);
`;
  assert.deepEqual(await blocksOf(t, text), []);
});

test('a program that is busy from its first turn on is watched in the end', async (t) => {
  const text = `let left = 14;
function work() {
  const end = performance.now() + 120;
  while (performance.now() < end);
  left -= 1;
  if (left > 0) setTimeout(work, 1);
}
work();
`;
  const blocks = await blocksOf(t, text);
  assert(blocks.length >= 1 && blocks.length <= 13, `${blocks.length} blocks`);
});

test('a stopped process is not blocked', { skip: process.platform === 'win32' }, async (t) => {
  const text = `import { spawn } from 'node:child_process';
${turn}
await turn(300);
spawn('sh', ['-c', 'sleep 0.5; kill -CONT ' + process.pid], { stdio: 'ignore' });
process.kill(process.pid, 'SIGSTOP');
await turn(100);
`;
  // A machine with too much to do lets a loop stand for a while, too: that is told, and shorter.
  const long = (await blocksOf(t, text)).filter(({ durationUs }) => Number(durationUs) > 400_000);
  assert.deepEqual(long, []);
});

test('a block in a worker thread is told with its duration and the calls that were timed', async (t) => {
  const text = `import { pbkdf2Sync } from 'node:crypto';
import { Worker, isMainThread } from 'node:worker_threads';
${turn}
async function handle() {
  await turn(5);
  pbkdf2Sync('a', 'b', 300_000, 64, 'sha512');
}
if (isMainThread) new Worker(new URL(import.meta.url));
else {
  await turn(300);
  await handle();
  await turn(100);
}
`;
  const blocks = (await blocksOf(t, text)).filter(({ source }) => source === 'timed');
  assert.equal(blocks.length, 1, JSON.stringify(blocks));
  assert.equal(Object(blocks[0]?.['frames'])[0].line, 6);
});

test('exit in the middle of a block: it is told, and Node waits for no debugger', async (t) => {
  const text = `${turn}
await turn(300);
const end = performance.now() + 200;
while (performance.now() < end);
process.exit(0);
`;
  const { notes, stderr } = await runText(t, { text });
  assert.equal(stderr, '');
  assert.equal(notes.filter(({ kind }) => kind === 'block').length, 1);
});
