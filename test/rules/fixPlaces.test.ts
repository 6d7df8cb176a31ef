/** Fixes at places where text is easily put wrong: what they write there, or that they are not offered. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { rules } from '#analysis/rules/index.ts';
import type { Fix, FixIntent } from '#analysis/fixes.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { asModule, projectFiles, withExamples } from './exampleProject.ts';

interface Case {
  readonly kind: FixIntent['kind'];
  readonly source: string;
  /** Text after the first fix of that kind; `undefined` when it must not be offered. */
  readonly fixed: string | undefined;
}

const fs = `import { readFileSync } from 'node:fs';`;
const twin = `${fs}\nimport { readFile } from 'node:fs/promises';`;

const cases: Readonly<Record<string, Case>> = {
  'a parenthesis does not continue the line before it': {
    kind: 'async-twin',
    source: `${fs}\nexport async function f() {\n  const a = 1\n  readFileSync('x').toString()\n  return a\n}`,
    fixed: `${twin}\nexport async function f() {\n  const a = 1\n  ;(await readFile('x')).toString()\n  return a\n}`,
  },
  'a guarding semicolon does not become the body of an if': {
    kind: 'async-twin',
    source: `${fs}\nexport async function f() {\n  if (isReady)\n    readFileSync('x').toString()\n}`,
    fixed: `${twin}\nexport async function f() {\n  if (isReady)\n    (await readFile('x')).toString()\n}`,
  },
  'void without a semicolon': {
    kind: 'void',
    source: `export function f() {\n  save()\n}`,
    fixed: `export function f() {\n  void save()\n}`,
  },
  'an empty catch without a semicolon is filled': {
    kind: 'catch',
    source: `export function f() {\n  save().catch()\n}`,
    fixed: `export function f() {\n  save().catch((error) => console.error(error))\n}`,
  },
  'async stands on the line of its function': {
    kind: 'await',
    source: `export // why\nfunction f() { save(); }`,
    fixed: `export // why\nasync function f() { await save(); }`,
  },
  'async behind decorators and modifiers': {
    kind: 'await',
    source: `declare function d(...all: unknown[]): void;\nclass A {\n  @d\n  public static m(): void { save(); }\n}\nnew A();`,
    fixed: `declare function d(...all: unknown[]): void;\nclass A {\n  @d\n  public static async m(): Promise<void> { await save(); }\n}\nnew A();`,
  },
  'a union of promises is unwrapped': {
    kind: 'await',
    source: `export function f(): Promise<void> | undefined { save(); return undefined; }`,
    fixed: `export async function f(): Promise<Awaited<Promise<void> | undefined>> { await save(); return undefined; }`,
  },
  'no await behind a type predicate': {
    kind: 'await',
    source: `export function f(x: unknown): x is string { save(); return true; }`,
    fixed: undefined,
  },
  'no await behind an assertion': {
    kind: 'await',
    source: `export function f(x: unknown): asserts x { save(); }`,
    fixed: undefined,
  },
  'no await in a class field, whatever function is around': {
    kind: 'await',
    source: `export async function f() { class A { x = !load(); } return new A(); }`,
    fixed: undefined,
  },
  'await in a function inside a class field': {
    kind: 'await',
    source: `export class A { x = () => { save(); }; }`,
    fixed: `export class A { x = async () => { await save(); }; }`,
  },
  'no await in a namespace': { kind: 'await', source: `export namespace N { save(); }`, fixed: undefined },
  'no await at the top of a CommonJS module': {
    kind: 'await',
    source: `save();\nexport = 1;`,
    fixed: undefined,
  },
  'no await in overloaded functions': {
    kind: 'await',
    source: `export function f(a: string): number;\nexport function f(a: number): number;\nexport function f(a: unknown): number { save(); return a ? 1 : 2; }`,
    fixed: undefined,
  },
  'no await in overloaded methods': {
    kind: 'await',
    source: `export class A { f(a: string): number; f(a: unknown): number { save(); return a ? 1 : 2; } }`,
    fixed: undefined,
  },
  'no await in overrides': {
    kind: 'await',
    source: `class B { n() { return 1; } }\nexport class A extends B { override n() { save(); return 1; } }`,
    fixed: undefined,
  },
  'no await in what the language calls': {
    kind: 'await',
    source: `export const o = { toJSON() { save(); }, [Symbol.dispose]() { save(); } };`,
    fixed: undefined,
  },
  'no await in a predicate': {
    kind: 'await',
    source: `export function f(xs: string[]) { return xs.filter(() => !load()); }`,
    fixed: undefined,
  },
  'no await in the executor of a promise': {
    kind: 'await',
    source: `export const p = new Promise<void>((resolve) => { save(); resolve(); });`,
    fixed: undefined,
  },
  'no await in a generator': { kind: 'await', source: `export function* f() { save(); yield 1; }`, fixed: undefined },
  'no return from a generator': { kind: 'return', source: `export function* f() { save(); }`, fixed: undefined },
  'no return against the declared type': {
    kind: 'return',
    source: `export function f(): number | void { save(); }`,
    fixed: undefined,
  },
  'no return of a sequence': {
    kind: 'return',
    source: `export function f() { save(), load(); }`,
    fixed: undefined,
  },
  'a template keeps its lines': {
    kind: 'catch-inside',
    source: 'setTimeout(async () => {\n  const t = `a\n  b`;\n  await remove(t);\n}, 1);',
    fixed:
      'setTimeout(async () => {\n  try {\n    const t = `a\n  b`;\n    await remove(t);\n  } catch (error) {\n    console.error(error);\n  }\n}, 1);',
  },
  'a sequence keeps its parentheses': {
    kind: 'catch-inside',
    source: `setTimeout(async () => (await save(), await load()), 1);`,
    fixed: `setTimeout(async () => {\n  try {\n    await (await save(), await load());\n  } catch (error) {\n    console.error(error);\n  }\n}, 1);`,
  },
  'an object keeps its parentheses': {
    kind: 'catch-inside',
    source: `setTimeout(async () => ({ a: await load() }), 1);`,
    fixed: `setTimeout(async () => {\n  try {\n    await ({ a: await load() });\n  } catch (error) {\n    console.error(error);\n  }\n}, 1);`,
  },
  'a handler with a block keeps its value': {
    kind: 'log-error',
    source: `export const q = await load().catch(() => { return null; });`,
    fixed: `export const q = await load().catch((error) => { console.error(error); return null; });`,
  },
  'a handler keeps the type of its value': {
    kind: 'log-error',
    source: `export const q = await load().catch(() => null as string | null);`,
    fixed: `export const q = await load().catch((error) => { console.error(error); return null as string | null; });`,
  },
  'a named handler with a value stays': {
    kind: 'log-error',
    source: `const nothing = () => null;\nexport const q = await load().catch(nothing);`,
    fixed: undefined,
  },
  'a loop awaits the call of a short callback': {
    kind: 'for-of',
    source: `async function fail(n: number) { throw new Error(String(n)); }\nexport async function f(xs: number[]) { xs.forEach(async (x) => fail(x)); }`,
    fixed: `async function fail(n: number) { throw new Error(String(n)); }\nexport async function f(xs: number[]) { for (const x of xs) { await fail(x); } }`,
  },
  'a loop may assign its variable where the callback did': {
    kind: 'for-of',
    source: `export async function f(xs: string[]) { xs.forEach(async (x) => { x += '!'; await remove(x); }); }`,
    fixed: `export async function f(xs: string[]) { for (let x of xs) { x += '!'; await remove(x); } }`,
  },
  'no loop over its own name': {
    kind: 'for-of',
    source: `export async function f(xs: string[]) { xs.forEach(async (xs) => { await remove(xs); }); }`,
    fixed: undefined,
  },
  'no loop for a default or rest parameter': {
    kind: 'for-of',
    source: `export async function f(xs: string[]) { xs.forEach(async (x = 'a') => { await remove(x); }); xs.forEach(async (...all) => { await remove(String(all)); }); }`,
    fixed: undefined,
  },
  'no loop over a map, which gives pairs': {
    kind: 'for-of',
    source: `export async function f(xs: Map<string, string>) { xs.forEach(async (x) => { await remove(x); }); }`,
    fixed: undefined,
  },
  'no loop around var': {
    kind: 'for-of',
    source: `export async function f(xs: string[]) { xs.forEach(async (x) => { var y = x; await remove(y); }); }`,
    fixed: undefined,
  },
  'nothing is imported from an import of types': {
    kind: 'async-twin',
    source: `${fs}\nimport type { FileHandle } from 'node:fs/promises';\nexport async function f(h: FileHandle) { return [h, readFileSync('x')]; }`,
    fixed: `${fs}\nimport type { FileHandle } from 'node:fs/promises';\nimport { readFile } from 'node:fs/promises';\nexport async function f(h: FileHandle) { return [h, await readFile('x')]; }`,
  },
};

const files = Object.entries(cases).map(([name, known], index) => ({ ...known, name, file: `case${index}.ts` }));

for (const engine of ['native', 'embedded'] as const) {
  test(`fixes with the ${engine} engine`, async (t) => {
    const sources = Object.fromEntries(files.map(({ file, source }) => [file, asModule(source)]));
    const folder = await temporaryFolder(t, { ...projectFiles, ...sources });
    const written = await withExamples(folder, { engine, rules }, ({ findings, problems, writeFix }) => {
      assert.deepEqual(problems, []);
      return findings.flatMap(({ file, fixes }) => {
        const source = sources[path.basename(file)] ?? '';
        return fixes.map((intent) => ({
          file: path.basename(file),
          kind: intent.kind,
          text: applied(source, writeFix(file, intent)),
        }));
      });
    });
    for (const { name, file, kind, source, fixed } of files) {
      await t.test(name, () => {
        assert.ok(
          written.some((fix) => fix.file === file),
          `nothing is found in ${source}`,
        );
        const fix = written.find((candidate) => candidate.file === file && candidate.kind === kind && candidate.text);
        assert.equal(fix?.text, fixed === undefined ? undefined : asModule(fixed));
      });
    }
  });
}

function applied(text: string, fix: Fix | undefined): string | undefined {
  return fix?.edits
    .toReversed()
    .reduce((at, { range, newText }) => at.slice(0, range.start) + newText + at.slice(range.end), text);
}
