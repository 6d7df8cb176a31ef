import assert from 'node:assert/strict';
import { executionAsyncResource } from 'node:async_hooks';
import { test } from 'node:test';
import { keepTickShapes } from '#hook/detect/tickShape.ts';

test('a few objects are kept that begin as those of process.nextTick do', async () => {
  const keep = keepTickShapes();
  const { promise, resolve } = Promise.withResolvers<object>();
  process.nextTick(() => resolve(executionAsyncResource()));
  const tick = Object.getOwnPropertySymbols(await promise);
  for (let collection = 0; collection < 10; collection += 1) keep();
  const kept = keep();
  assert.equal(kept.length, 3);
  for (const each of kept) {
    assert.deepEqual(Object.getOwnPropertySymbols(each), tick.slice(0, 2));
    assert.deepEqual(Object.keys(each), ['callback', 'args']);
  }
});
