import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { askedSeconds, placesIn } from '#extension/launch/psOutput.ts';

const text = `3 × handler  src/server.ts:11:9  await load(id)
└ 3 × load  /my project/src/load.ts:8:10  await Promise.all([row(id), pool.query(sql)])
  ├ row  src/a b.mjs:3:5
  └ read  node:internal/fs.js:1:1  await x
`;

test('finds the places, with blanks in paths, without those of Node', () => {
  const found = placesIn(text).map(({ file, line, column, start, end }) => [
    file,
    line,
    column,
    text.slice(start, end),
  ]);
  assert.deepEqual(found, [
    ['src/server.ts', 11, 9, 'src/server.ts:11:9'],
    ['/my project/src/load.ts', 8, 10, '/my project/src/load.ts:8:10'],
    ['src/a b.mjs', 3, 5, 'src/a b.mjs:3:5'],
  ]);
});

test('an awaited text that looks like a place is none', () => {
  assert.deepEqual(placesIn(`f  src/a.ts:1:2  await open('b.ts:3:4')\n`).length, 1);
});

test('knows the question of a long stop from other messages', () => {
  assert.equal(askedSeconds('The process will stand still for about 4.2 s: say --yes if it may\n'), 4.2);
  assert.equal(askedSeconds('Process 1 has ended'), undefined);
});
