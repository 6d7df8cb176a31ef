/** The hook and the linter must hash the same text of the same function, or evidence never finds its place. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { openAnalysis } from '#analysis/analyze.ts';
import { placeEvidence } from '#analysis/evidence/placeEvidence.ts';
import { transformModule } from '#hook/transform/transformModule.ts';
import type { Site } from '#protocol/sites.ts';
import { openCompiler } from '#workspace/openCompiler.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

/** Functions in every form that has modifiers, types or no braces. */
const odd = `#!/usr/bin/env node
import { readFileSync } from 'node:fs';
interface Job<T> { run(): Promise<T> }
export async function declared<T>(job: Job<T>): Promise<T> { return await job.run(); }
export default async function (path: string) { await 0; }
export const cast = async (value: unknown) => (await value) as string;
export const satisfied = async () => ({ a: await 1 }) satisfies { a: number };
export const sure = async (value: string | undefined) => (await value)!;
export const generic = async <T,>(value: T): Promise<T> => await value;
abstract class Base<T> { protected abstract load(): Promise<T>; }
export class Store extends Base<string> {
  private readonly later = async (): Promise<void> => { await 0; };
  static #count = 0;
  constructor(public readonly name: string = readFileSync('name', 'utf8')) { super(); }
  protected override async load(): Promise<string> { return await Promise.resolve(this.name); }
  public static async open(name: string) { await 0; return new Store(name); }
  private async *pages<T>(list: T[]): AsyncGenerator<T> { for await (const each of list) yield each; }
  get text(): string { return readFileSync('text', 'utf8'); }
  async ['computed' + 1]() { await 0; }
  static { readFileSync('static'); }
}
const table = { async get() { await 0; }, set: async () => await 0, 'quoted name': async function named() { await 0; } };
setTimeout(async () => { await table.get(); }, 1);
await declared({ run: async () => 1 });
`;

test('functions of odd forms have the same text for both', async (t) => {
  // A constructor's parameter property is no JavaScript after blanking, so that one goes without.
  const text = odd.replace('public readonly name: string =', 'name: string =').replace('this.name', "''");
  const folder = await temporaryFolder(t, {
    'odd.ts': text,
    'byteOrderMark.ts': `\ufeff${text.slice(text.indexOf('import'))}`,
  });
  const matched = await checkRanges(t, [`${folder}/odd.ts`, `${folder}/byteOrderMark.ts`]);
  assert.ok(matched > 30, `only ${matched} functions`);
});

test('functions of the samples have the same text for both', async (t) => {
  const files = globSync('samples/**/*.ts').map((file) => path.resolve(file).replaceAll('\\', '/'));
  assert.ok((await checkRanges(t, files)) > 30);
});

/** Number of functions of the hook's sites; each must be found by the linter, in the same line. */
async function checkRanges(t: TestContext, files: readonly string[]): Promise<number> {
  const compiler = await openCompiler({ engine: 'embedded', log: () => undefined });
  const analysis = openAnalysis(compiler.openProject({ kind: 'loose', root: path.dirname(files[0] ?? ''), files }));
  t.after(() => {
    analysis.dispose();
    compiler.dispose();
  });
  let count = 0;
  for (const file of files) {
    const source = analysis.sourceOf(file);
    assert.ok(source !== undefined, file);
    const functions = functionSites(readFileSync(file, 'utf8'), file).map(({ label: name, line, hash, kind }) => ({
      file: 'a.ts',
      name,
      line,
      isAsync: kind === 'function',
      ...(hash === undefined ? {} : { hash }),
    }));
    const placed = placeEvidence(source, { run: 0, functions, observations: [], below: new Map() });
    const found = new Set([...placed.functions.values()].map(({ place }) => place.line + place.name));
    const lost = functions.filter(({ line, name }) => !found.has(line + name));
    assert.deepEqual(lost, [], file);
    count += functions.length;
  }
  return count;
}

function functionSites(text: string, file: string): readonly Site[] {
  const name = path.basename(file);
  // Node takes the byte order mark away with the types.
  const authored = text.replace(/^\uFEFF/, '');
  const source = stripTypeScriptTypes(authored);
  const changed = transformModule(source, { format: 'module', file: 1, firstSite: 1, name, authored });
  return (changed?.sites ?? []).filter(({ hash }) => hash !== undefined);
}
