import assert from 'node:assert/strict';
import { test } from 'node:test';
import { payloadMask, recordKind } from '#protocol/records.ts';
import { runText } from './runText.ts';

const promisesWord = recordKind.promises << 28;

test('deep mode counts promises, also those of libraries', async (t) => {
  const text = `let left = 500;
const next = () => (left-- > 0 ? Promise.resolve().then(next) : undefined);
await next();
`;
  const { words } = await runText(t, { text, settings: { mode: 'deep' } });
  const counts = words.flatMap((word, at) => (word >>> 28 === promisesWord >>> 28 ? [at] : []));
  const created = counts.reduce((sum, at) => sum + ((words[at] ?? 0) & payloadMask), 0);
  const settled = counts.reduce((sum, at) => sum + (words[at + 1] ?? 0), 0);
  assert.ok(created >= 1000 && settled >= 1000, `created ${created}, settled ${settled}`);
});

test('long pauses of the collector are noted, and a block that they made is blamed on nothing', async (t) => {
  const text = `const kept = Array.from({ length: 700_000 }, (_, at) => ({ at }));
const turn = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
await turn(300);
async function handle() {
  await turn(5);
  for (let at = 0; at < 4; at += 1) gc();
}
await handle();
await turn(30);
process.exitCode = kept.length > 0 ? 0 : 1;
`;
  const { notes } = await runText(t, { text, nodeArgs: ['--expose-gc'] });
  assert.ok(notes.some(({ kind, type }) => kind === 'gc' && type === 'mark-sweep'));
  // A machine with too much to do lets the loop stand at other times, too.
  const blocks = notes.filter(({ kind }) => kind === 'block');
  const [block] = blocks.toSorted((a, b) => Number(b['gcUs']) - Number(a['gcUs']));
  assert.ok(Number(block?.['gcUs']) > Number(block?.['durationUs']) / 2, JSON.stringify(block));
  assert.equal(block?.['culprit'], undefined);
  assert.equal(block?.['source'], 'none');
});
