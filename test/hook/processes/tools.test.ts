import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hideOwnFlag } from '#hook/processes/ownFlag.ts';
import { scriptOf } from '#hook/processes/script.ts';
import { isTool } from '#hook/processes/tools.ts';

test('package managers and tools are known where they are installed', () => {
  for (const script of [
    '/usr/lib/node_modules/npm/bin/npm-cli.js',
    '/usr/share/nodejs/npm/bin/npx-cli.js',
    '/usr/lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js',
    '/usr/lib/node_modules/corepack/dist/pnpm.js',
    '/home/a/.cache/node/corepack/v1/yarn/4.9.2/yarn.js',
    '/home/a/project/.yarn/releases/yarn-4.9.2.cjs',
    '/project/node_modules/.pnpm/typescript@7.0.2/node_modules/typescript/bin/tsc',
    'C:/project/node_modules/eslint/bin/eslint.js',
    '/project/node_modules/@biomejs/biome/bin/biome',
  ])
    assert.equal(isTool(script), true, script);
});

test('runners of user code and user code are no tools', () => {
  for (const script of [
    undefined,
    '/project/src/main.ts',
    '/project/eslint/main.js',
    '/project/npm.js',
    '/project/node_modules/mocha/bin/mocha.js',
    '/project/node_modules/vitest/vitest.mjs',
    '/project/node_modules/jest/bin/jest.js',
    '/project/node_modules/tsx/dist/cli.mjs',
    '/project/node_modules/eslint/node_modules/own-server/main.js',
  ])
    assert.equal(isTool(script), false, script);
});

test('the first argument is the script only where Node takes it as one', () => {
  assert.equal(scriptOf({ argv: ['node'], execArgv: [] }), undefined);
  assert.equal(scriptOf({ argv: ['node', '-'], execArgv: [] }), undefined);
  assert.equal(scriptOf({ argv: ['node', '/usr/bin/npm'], execArgv: ['-e'] }), undefined);
  assert.equal(scriptOf({ argv: ['node', '/no/such/script'], execArgv: ['--expose-gc'] }), '/no/such/script');
});

test('our flag is taken out of the flags, and no other', () => {
  const flags = ['--require', '/other.cjs', '-r', '/hook.cjs', '--no-warnings', '--require', '/hook.cjs'];
  hideOwnFlag(flags, '/hook.cjs');
  assert.deepEqual(flags, ['--require', '/other.cjs', '--no-warnings']);
});
