import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { EndedProcesses } from '#extension/launch/endedProcesses.ts';

test('is due when all have ended, once for each process', () => {
  const ended = new EndedProcesses();
  assert.deepEqual(ended.due({ traced: [], alive: [] }), []);
  assert.deepEqual(ended.due({ traced: [1, 2], alive: [2] }), []);
  assert.deepEqual(ended.due({ traced: [1, 2], alive: [] }), [1, 2]);
  ended.account([1, 2]);
  assert.deepEqual(ended.due({ traced: [1, 2], alive: [] }), []);
  assert.deepEqual(ended.due({ traced: [1, 2, 3], alive: [] }), [3]);
  assert.deepEqual(ended.due({ traced: [], alive: [] }), []);
  assert.deepEqual(ended.due({ traced: [2], alive: [] }), [2]);
});
