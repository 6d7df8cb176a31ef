import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { startsTestProcesses } from '#hook/processes/tools.ts';
import { defaultHookSettings, settingsVariable } from '#protocol/hookSettings.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

it('tells the starter of test processes from a process that runs tests', () => {
  assert.equal(startsTestProcesses(['--test']), true);
  assert.equal(startsTestProcesses(['--test', '--test-isolation=process']), true);
  assert.equal(startsTestProcesses(['--test', '--test-isolation=none']), false);
  assert.equal(startsTestProcesses(['--test-isolation', 'none', '--test']), false);
  assert.equal(startsTestProcesses(['--experimental-test-isolation=none', '--test']), false);
  assert.equal(startsTestProcesses(['--enable-source-maps']), false);
});

it('traces the test processes and not their starter, which has no inspector to ask', async (t) => {
  const folder = await temporaryFolder(t, {
    'run/': '',
    'a.test.cjs': `const { test } = require('node:test');\ntest('one', async () => { await null; });\n`,
  });
  const hook = join(import.meta.dirname, '../../../dist/hook.cjs');
  const settings = { ...defaultHookSettings, folder: `${folder}/run`, root: folder };
  const env = {
    PATH: process.env['PATH'],
    NODE_OPTIONS: `--require "${hook}"`,
    [settingsVariable]: JSON.stringify(settings),
  };
  const { status } = spawnSync(process.execPath, ['--test', 'a.test.cjs'], { cwd: folder, env, stdio: 'ignore' });
  assert.equal(status, 0);
  assert.match(readFileSync(`${folder}/run/untraced.jsonl`, 'utf8'), /"reason":"tool"/);
  assert.equal(readdirSync(`${folder}/run`).filter((name) => name.endsWith('.process')).length, 1);
});
