/** What the transform leaves alone, and sources with odd beginnings and ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { originalText } from '#protocol/insertions.ts';
import { isValid } from '#hook/transform/syntax.ts';
import { transformModule } from '#hook/transform/transformModule.ts';
import type { TransformOptions } from '#hook/contracts.ts';
import { programShape } from './programShape.ts';

type Format = TransformOptions['format'];

const changed: Readonly<Record<string, readonly [Format, string]>> = {
  hashbang: ['commonjs', '#!/usr/bin/env node\nasync () => {}'],
  'hashbang of a module': ['module', '#!/usr/bin/env node\nawait 1'],
  'byte order mark': ['commonjs', '\ufeffasync () => {}'],
  'return at the top level': ['commonjs', 'if (x) return; async () => {}'],
  'new.target at the top level': ['commonjs', 'new.target; async () => {}'],
  'await as a name': ['commonjs', 'var await = 1; async(await); async () => {}'],
  'comment at the end': ['module', 'await 1 // end'],
  'only an import and an await': ['module', "import 'node:fs'\nawait import('node:fs')\nexport {}"],
  'import attributes': ['module', "import x from './x.json' with { type: 'json' };\nawait x"],
  'names of exports': [
    'module',
    "const a = await 1; export { a as 'a name', a as default }; export * as all from 'node:fs'",
  ],
  'import.meta': ['module', 'export default import.meta.url\nawait import.meta.resolve("x")'],
  'default exports': ['module', 'export default async function () {} export const { b = await 1 } = {};'],
  'default class': ['module', 'export default class extends B { static async m() { await super.m() } }\nawait 1'],
  'html comment in a module': ['module', 'let a = 1, b = 2; if (a<!--b) await 1'],
  directives: ['module', "'use client'\n'use other'\nawait 1"],
  'a module that awaits in a class': ['module', 'class A extends (await B) { [await c]() {} }'],
};

for (const [name, [format, source]] of Object.entries(changed)) {
  test(`transformed: ${name}`, () => {
    const result = transformModule(source, optionsFor(format));
    assert.ok(result !== undefined);
    assert.equal(originalText(result.code), source);
    assert.ok(programShape(result.code, format) === programShape(source, format), result.code);
  });
}

const unchanged: Readonly<Record<string, readonly [Format, string]>> = {
  nothing: ['commonjs', ''],
  'nothing to record': ['commonjs', 'const x = 1; function f() { return x }'],
  'words in strings only': ['commonjs', '// async await\n"catch";'],
  'our own code': ['commonjs', 'async () => { globalThis.__rubato }'],
  'code that was changed before': ['commonjs', 'async () => { /*~r*/ }'],
  'a syntax error': ['commonjs', 'async () => { await 1'],
  types: ['module', 'const f = async (x: number) => x'],
  'a module taken for a script': ['commonjs', 'import x from "x"; async () => {}'],
  'an await outside of async functions': ['commonjs', 'await x()'],
  'a long bundle': ['commonjs', `async () => {};${' '.repeat(2 * 1024 * 1024)}`],
  'deep parentheses': ['commonjs', `async () => ${'('.repeat(20_000)}1${')'.repeat(20_000)}`],
  'deep arrays': ['commonjs', `async () => ${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  'deep blocks': ['commonjs', `async () => ${'{'.repeat(20_000)}${'}'.repeat(20_000)}`],
  'deep functions': ['commonjs', `${'async () => '.repeat(20_000)}1`],
};

for (const [name, [format, source]] of Object.entries(unchanged)) {
  test(`left alone: ${name}`, () => {
    assert.equal(transformModule(source, optionsFor(format)), undefined);
  });
}

test('a result that cannot be compiled is seen', () => {
  const bad = { code: 'let a; let a', checked: 'let a; let a' };
  assert.deepEqual([isValid(bad, 'module'), isValid(bad, 'commonjs')], [false, false]);
  const unmasked = { code: 'export let a', checked: 'export let a' };
  assert.deepEqual([isValid(unmasked, 'module'), isValid(unmasked, 'commonjs')], [true, false]);
});

test('long chains of operators and calls do not end the walk', () => {
  const source = `async () => 1${' + await x'.repeat(500)}; y${'.then(z)'.repeat(500)};`;
  assert.equal(originalText(transformModule(source, optionsFor('commonjs'))?.code ?? ''), source);
});

function optionsFor(format: Format): TransformOptions {
  return { format, file: 1, firstSite: 1, name: 'x' };
}
