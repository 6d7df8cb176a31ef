import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { leftInRun } from '#extension/launch/leftInRun.ts';

test('a run is unfinished while marks or segments are there', () => {
  assert.equal(leftInRun(['run.json', '12.process']), 'unfinished');
  assert.equal(leftInRun(['run.json', 'trace.rubato', '12-0-1.segment']), 'unfinished');
});

test('a run with only its trace is finished and stays', () => {
  assert.equal(leftInRun(['run.json', 'trace.rubato', 'evidence.json', 'untraced.jsonl']), 'finished');
});

test('a run without a traced program has nothing', () => {
  assert.equal(leftInRun(['run.json', 'untraced.jsonl']), 'nothing');
});
