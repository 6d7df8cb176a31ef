import assert from 'node:assert/strict';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheKey, openTransformCache, type KeptModule } from '#hook/loaders/transformCache.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

const count = 400;

function module(at: number): KeptModule {
  const spans = new Int32Array([1, at, 5]);
  return { code: `code ${at} é`.repeat(500), firstSite: 1 + at * 2, count: 2, sites: `[${at}]`, spans: () => spans };
}

function filled(file: string) {
  const cache = openTransformCache(file, 'v1');
  for (let at = 0; at < count; at += 1) cache.add(cacheKey(`/m${at}.js`, 'module', `source ${at}`), module(at));
  cache.add(cacheKey('/plain.js', 'commonjs', 'plain'), null);
  return cache;
}

function check(file: string): void {
  const cache = openTransformCache(file, 'v1');
  for (const at of [0, 7, count - 1]) {
    const kept = cache.find(cacheKey(`/m${at}.js`, 'module', `source ${at}`));
    assert.deepEqual(kept && { ...kept, spans: [...kept.spans()] }, { ...module(at), spans: [1, at, 5] });
  }
  assert.equal(cache.find(cacheKey('/plain.js', 'commonjs', 'plain')), null);
  assert.equal(cache.find(cacheKey('/m1.js', 'module', 'other text')), undefined);
  assert.equal(cache.nextSite(), 1 + count * 2);
}

test('what was transformed is found by the next process', async (t) => {
  const file = `${await temporaryFolder(t, {})}/cache/transforms`;
  filled(file).save();
  check(file);
});

test('saving in pieces leaves turns to the program, and the same file', async (t) => {
  const folder = await temporaryFolder(t, {});
  const [atOnce, inPieces] = [`${folder}/at-once`, `${folder}/in-pieces`];
  filled(atOnce).save();
  filled(inPieces).saveSoon();
  assert(!readdirSync(folder).includes('in-pieces'), 'it goes on in later turns');
  for (let tries = 0; tries < 1000 && !readdirSync(folder).includes('in-pieces'); tries += 1) await sleep(5);
  assert(readFileSync(inPieces).equals(readFileSync(atOnce)));
});

test('the end of the program does not wait for pieces, and leaves one file', async (t) => {
  const folder = await temporaryFolder(t, {});
  const cache = filled(`${folder}/transforms`);
  cache.saveSoon();
  cache.save();
  check(`${folder}/transforms`);
  await sleep(20);
  assert.deepEqual(readdirSync(folder), ['transforms']);
});

test('drafts of processes that were killed are removed in time', async (t) => {
  const folder = await temporaryFolder(t, { 'transforms.1.2': 'old', 'transforms.3.4': 'being written' });
  const before = new Date(Date.now() - 3_600_000);
  utimesSync(`${folder}/transforms.1.2`, before, before);
  filled(`${folder}/transforms`).save();
  assert.deepEqual(readdirSync(folder).toSorted(), ['transforms', 'transforms.3.4']);
});

test('a damaged file counts as none', async (t) => {
  const file = `${await temporaryFolder(t, {})}/transforms`;
  filled(file).save();
  const bytes = readFileSync(file);
  for (const at of [3, 40, 5000, bytes.length - 3]) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    writeFileSync(file, damaged);
    assert.equal(
      openTransformCache(file, 'v1').find(cacheKey('/m0.js', 'module', 'source 0')),
      undefined,
      `byte ${at}`,
    );
  }
  writeFileSync(file, bytes.subarray(0, 1000));
  assert.equal(openTransformCache(file, 'v1').nextSite(), 1);
  writeFileSync(file, bytes);
  assert.equal(openTransformCache(file, 'v2').nextSite(), 1, 'of another version');
});
