/** Test runners: they wait for what is registered with them, and what runs in a test blocks nobody. */

export const testModules: ReadonlySet<string> = new Set([
  'node:test',
  'bun:test',
  'vitest',
  '@jest/globals',
  'mocha',
  'ava',
  'uvu',
  'tap',
  'tape',
  '@playwright/test',
  '@japa/runner',
]);

/** Functions that test runners define globally; members such as `test.only` belong to them. */
export const testGlobals: ReadonlySet<string> = new Set([
  'test',
  'it',
  'describe',
  'suite',
  'specify',
  'context',
  'before',
  'after',
  'beforeEach',
  'afterEach',
  'beforeAll',
  'afterAll',
  'setup',
  'teardown',
  'bench',
  'xit',
  'xdescribe',
  'fit',
  'fdescribe',
]);
