import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { readManifest, scriptPlaces } from '#extension/launch/packageManifest.ts';

const text = `{
  "name": "shop",
  "packageManager": "pnpm@9.1.0",
  "main": "./dist/index.js",
  "bin": { "shop": "bin/shop.js", "odd": 7 },
  "scripts": {
    "dev": "node src/server.ts", "test": "node --test",
    "quo\\"ted": "node -e 0",
    "broken": false
  },
  "other": { "scripts": { "hidden": "x" } }
}`;

test('reads what starting needs', () => {
  assert.deepEqual(readManifest(text), {
    name: 'shop',
    packageManager: 'pnpm@9.1.0',
    scripts: { dev: 'node src/server.ts', test: 'node --test', 'quo"ted': 'node -e 0' },
    programs: ['./dist/index.js', 'bin/shop.js'],
  });
});

test('what is no package.json has nothing', () => {
  for (const broken of ['', '[]', 'null', '7', '{"scripts": ["a"], "bin": null}'])
    assert.deepEqual(readManifest(broken), { scripts: {}, programs: [] });
});

test('a bin may be one file', () => {
  assert.deepEqual(readManifest('{"bin": "cli.js"}').programs, ['cli.js']);
});

test('places are those of the scripts at the top, with the line of each', () => {
  const lines = scriptPlaces(text).map(({ name, line }) => `${line} ${name}`);
  assert.deepEqual(lines, ['6 dev', '6 test', '7 quo"ted', '8 broken']);
});

test('a file in the middle of an edit still has its places', () => {
  const half = '{ // a comment\n "scripts": {\n "dev": "x",\n "te';
  assert.deepEqual(scriptPlaces(half).slice(0, 1), [{ name: 'dev', line: 2 }]);
});
