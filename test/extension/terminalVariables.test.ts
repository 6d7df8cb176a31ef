import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { terminalVariables } from '#extension/launch/terminalVariables.ts';

const values = { env: { PATH: '/usr/bin' }, folder: '/p' };

test('what a setting of the terminal names is filled in', () => {
  const setting = {
    PATH: '/opt/node/bin:${env:PATH}',
    HERE: '${workspaceFolder}/bin',
    PLAIN: 'a',
    NONE: '${env:NONE}',
  };
  assert.deepEqual(terminalVariables(setting, values), {
    PATH: '/opt/node/bin:/usr/bin',
    HERE: '/p/bin',
    PLAIN: 'a',
    NONE: '',
  });
});

test('what cannot be filled in is left out, and so is what is no text', () => {
  const setting = { PATH: '${command:tools.path}:${env:PATH}', HERE: '${workspaceFolder}', GONE: null, COUNT: 1 };
  assert.deepEqual(terminalVariables(setting, { ...values, folder: undefined }), {});
  assert.deepEqual(terminalVariables(undefined, values), {});
});
