import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runText } from '../detect/runText.ts';

/** V8 hashes all sources when a stack is taken for the first time; this much takes it a quarter of a second. */
const sourceBytes = 24e6;

/** A block that ends by the clock, which goes on while the thread is held up for the sample: it tells how long it stood. */
const text = `import { runInThisContext } from 'node:vm';
const turn = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const big = runInThisContext('(function big() { return 1; })//' + ' '.repeat(${sourceBytes}));
await turn(300);
function block() {
  const begin = performance.now();
  while (performance.now() - begin < 120);
  return performance.now() - begin;
}
console.error(block(), big());
await turn(200);
`;

test('a block is told without the time in which taking its stack held the thread up', async (t) => {
  const { notes, stderr } = await runText(t, { text });
  const [stood = 0] = stderr.split(' ').map(Number);
  const held = stood - 120;
  const [block] = notes.filter(({ kind, source }) => kind === 'block' && source === 'pause');
  assert.ok(block !== undefined && held > 50, `nothing was held up: ${stderr} ${JSON.stringify(notes)}`);
  const told = Number(block['durationUs']) / 1000;
  assert.ok(told < 120 + held / 2, `stood ${stood} ms, told ${told} ms`);
});
