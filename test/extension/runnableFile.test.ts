import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { isProgramOf, runnablePlace } from '#extension/launch/runnableFile.ts';

const check = (text: string, isProgram = false): string | undefined => {
  const place = runnablePlace(text, isProgram);
  return place === undefined ? undefined : `${place.kind} ${place.line}`;
};

test('a module is nothing to run', () => {
  assert.equal(check(`export const a = 1;`), undefined);
});

test('a shebang or the package makes a program', () => {
  assert.equal(check(`#!/usr/bin/env node\nmain();`), 'program 0');
  assert.equal(check(`main();`, true), 'program 0');
});

test('tests are offered above the first one', () => {
  assert.equal(check(`import { test } from 'node:test';\n\ntest('a', () => {});\ntest('b', () => {});`), 'tests 2');
  assert.equal(check(`import test, {\n  it,\n} from "node:test";\nawait test('a');`), 'tests 3');
  assert.equal(check(`const { describe } = require('node:test');\n  describe.only('a', () => {});`), 'tests 1');
});

test('tests that another function makes are offered at the top', () => {
  assert.equal(check(`import { test } from 'node:test';\nfor (const each of all) make(each);`), 'tests 0');
});

test('other test runners are not ours to start', () => {
  assert.equal(check(`import { test } from 'vitest';\ntest('a', () => {});`), undefined);
  assert.equal(check(`// from 'node:test'\nimport { x } from './x.js';\ntest();`), undefined);
});

test('a package names its programs with and without dot and extension', () => {
  assert.ok(isProgramOf(['./src/cli.js'], 'src/cli.js'));
  assert.ok(isProgramOf(['src/cli'], 'src/cli.js'));
  assert.ok(isProgramOf(['lib'], 'lib/index.js'));
  assert.ok(!isProgramOf(['src/cli.js'], 'cli.js'));
});
