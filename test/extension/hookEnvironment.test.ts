import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { configuredNodeOptions, hookEnvironment } from '#extension/launch/hookEnvironment.ts';
import { parseHookSettings } from '#protocol/hookSettings.ts';

const run = { hook: '/ext dir/hook.cjs', folder: '/p/.rubato/runs/1', root: '/p' };

test('the hook stands behind what NODE_OPTIONS has, quoted', () => {
  assert.equal(
    hookEnvironment(run, '--max-old-space-size=100')['NODE_OPTIONS'],
    '--max-old-space-size=100 --require "/ext dir/hook.cjs"',
  );
  assert.equal(hookEnvironment(run, undefined)['NODE_OPTIONS'], '--require "/ext dir/hook.cjs"');
});

test('the hook understands its settings', () => {
  const settings = parseHookSettings(hookEnvironment({ ...run, maxProcesses: 7 }, undefined)['RUBATO_HOOK']);
  assert.deepEqual([settings?.folder, settings?.root, settings?.maxProcesses], [run.folder, run.root, 7]);
});

test('the environment of a debug configuration counts before its file', () => {
  assert.equal(configuredNodeOptions({ NODE_OPTIONS: '--a' }, 'NODE_OPTIONS=--b'), '--a');
  assert.equal(configuredNodeOptions({ OTHER: '1' }, 'A=1\nNODE_OPTIONS="--b --c"\n'), '--b --c');
  assert.equal(configuredNodeOptions(undefined, 'NODE_OPTIONS=--b # why'), '--b');
  assert.equal(configuredNodeOptions({ NODE_OPTIONS: null }, 'NODE_OPTIONS=--b'), undefined);
  assert.equal(configuredNodeOptions({}, undefined), undefined);
  assert.equal(configuredNodeOptions({}, 'MY_NODE_OPTIONS=--b'), undefined);
});
