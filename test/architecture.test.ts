import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Metafile } from 'esbuild';
import { bundles, type Bundle } from '#scripts/bundles.ts';
import { layers } from '#scripts/layers.ts';
import { checkBorders } from './architecture/borders.ts';
import { checkBundle } from './architecture/bundleContents.ts';
import { missingPaths, readJson } from './architecture/manifest.ts';
import { checkReferences } from './architecture/references.ts';
import { runOnSeeds } from './architecture/seeds.ts';
import { importsOf, isBarrel, sourceFiles, sourceImports } from './architecture/sourceImports.ts';

// Each guard is followed by its counterpart: a seeded violation that it must catch.

test('every import respects the table of layers', () => {
  assert.deepEqual(checkBorders(sourceImports()), []);
});

test('a forbidden import is caught', () => {
  const seeds = [
    ['protocol/a.ts', '#trace/tasks.ts', 'protocol must not import trace'],
    ['trace/a.ts', 'node:fs', 'trace must not use node:*'],
    ['server/analysis/facts.ts', 'ts-morph', 'server/analysis must not use ts-morph'],
    ['server/analysis/facts.ts', '#workspace/files.ts', 'server/analysis must not import workspace'],
    ['server/analysis/facts.ts', '#analysis/rule.ts', 'inside a layer, write ./'],
    ['server/analysis/facts.ts', '../workspace/files.ts', 'leaves its layer, write #layer/'],
    ['server/analysis/rules/a.ts', './b.ts', 'files of this folder do not import each other'],
    ['server/analysis/rules/index.ts', '../../workspace/a.ts', 'leaves its layer, write #layer/'],
    ['server/analysis/rules/a.ts', 'typescript/unstable/ast', 'server/analysis must not use typescript'],
    ['server/reporters/a.ts', 'node:fs', 'server/reporters must not use node:*'],
    ['server/lsp/a.ts', '#cli/main.ts', 'server/lsp must not import cli'],
    ['server/cli/a.ts', 'fs', 'write node:fs'],
    ['hook/node/a.ts', '#trace/tasks.ts', 'hook/node must not import trace'],
    ['client/extension/a.ts', '#analysis/facts.ts', 'client/extension must not import analysis'],
    ['client/panel/a.ts', 'vscode', 'client/panel must not use vscode'],
    ['scripts/a.ts', '#test/b.ts', 'no layer has this alias'],
  ] as const;
  for (const [file, specifier, problem] of seeds) {
    assert.deepEqual(checkBorders([{ file, imports: [specifier] }]), [`${file} imports ${specifier}: ${problem}`]);
  }
  const [problem] = checkBorders([{ file: 'server/analysis/rules/a.ts', imports: ['../frontends/typescript/b.ts'] }]);
  assert.match(problem ?? '', /server\/analysis\/rules may only import/);
});

test('imports are found in every form, and not in strings', () => {
  const text = `
    import a from 'a'; import 'b'; import type { C } from 'c'; export * from 'd';
    export type E = import('e').E; const f = await import('f');
    const example = \`import g from 'g';\`; // import h from 'h'
  `;
  assert.deepEqual(importsOf(text).toSorted(), ['a', 'b', 'c', 'd', 'e', 'f']);
});

test('no file only re-exports', () => {
  const barrels = sourceFiles().filter((file) => isBarrel(readFileSync(file, 'utf8')));
  assert.deepEqual(barrels, []);
});

test('a barrel is caught, a file of its own is not', () => {
  assert.equal(isBarrel(`// All.\nexport { a } from './a.ts';\nexport type * from './b.ts';\n`), true);
  assert.equal(isBarrel(`export {\n  a,\n  b,\n} from './a.ts';`), true);
  assert.equal(isBarrel(`export { a } from './a.ts';\nexport const b = 1;`), false);
  assert.equal(isBarrel(''), false);
});

test('the references of each tsconfig are the layers of the table', () => {
  assert.deepEqual(checkReferences(readJson), []);
});

test('a missing and a forbidden reference are caught', () => {
  const withReferences = (...folders: readonly string[]) => ({ references: folders.map((path) => ({ path })) });
  const read = (file: string) => (file === 'trace/tsconfig.json' ? withReferences('../hook/node') : readJson(file));
  assert.deepEqual(checkReferences(read), ['trace/tsconfig.json refers to hook/node, the table says protocol']);
});

test('package.json maps each alias to its layer', () => {
  const mapped = Object.values(layers).flatMap(({ alias, folder }) => (alias ? [[`${alias}/*`, `./${folder}/*`]] : []));
  const manifest = readJson('package.json');
  assert.ok(typeof manifest === 'object' && manifest !== null && 'imports' in manifest);
  assert.deepEqual(manifest.imports, Object.fromEntries(mapped));
});

test('each bundle holds its layers and keeps its size', () => {
  for (const bundle of bundles) {
    const metafile = readMetafile(`dist/meta/${bundle.name}.json`);
    assert.deepEqual(checkBundle(bundle, metafile), []);
  }
});

test('foreign code, weight and early loading in a bundle are caught', () => {
  const bundle: Bundle = {
    name: 'seed',
    entries: { cli: 'server/cli/main.ts', server: 'server/lsp/server.ts' },
    options: {},
    layers: ['cli'],
    totalKb: 2,
    outputs: { 'dist/cli.js': { startKb: 1, notAtStart: ['ts-morph', 'commander'] } },
  };
  const { metafile } = seededMetafile();
  assert.deepEqual(checkBundle(bundle, metafile), [
    'seed contains client/extension/extension.ts, which is of none of its layers',
    'seed has 3 kB, more than 2',
    'dist/cli.js has 2 kB, more than 1',
    'dist/cli.js loads ts-morph at start',
    'seed has no output for server',
  ]);
});

test('every path in package.json exists', () => {
  assert.deepEqual(missingPaths(readJson('package.json')), []);
});

test('a missing path in package.json is caught', () => {
  const manifest = { main: './dist/none.cjs', contributes: { views: [{ icon: 'images/none.svg' }] } };
  assert.deepEqual(missingPaths(manifest), ['./dist/none.cjs', 'images/none.svg']);
});

test('oxlint catches each seeded violation', async () => {
  const seeds = {
    ...forbiddenImports(),
    'trace/cycleA.ts': `import { b } from './cycleB.ts';\nexport const a = (): number => b();`,
    'trace/cycleB.ts': `import { a } from './cycleA.ts';\nexport const b = (): number => a();`,
    'trace/any.ts': `export const a: any = 1;`,
    'trace/nonNull.ts': `export const a = (b?: string): string => b!;`,
    'trace/assertion.ts': `export const a = (b: unknown): string => b as string;`,
    'trace/clock.ts': `export const a = (): unknown => process.env;`,
    'trace/defaultExport.ts': `export default 1;`,
    'trace/floating.ts': `export async function a(): Promise<void> {}\nexport function b(): void { a(); }`,
    'trace/tsconfig.json': `{ "extends": "../tsconfig.base.json" }`,
  };
  const output = await runOnSeeds(seeds, 'oxlint', ['--type-aware', '--format=unix']);
  const expected = [
    ...Object.keys(forbiddenImports()).map((file) => [file, 'no-restricted-imports']),
    ['trace/cycleA.ts', 'no-cycle'],
    ['trace/any.ts', 'no-explicit-any'],
    ['trace/nonNull.ts', 'no-non-null-assertion'],
    ['trace/assertion.ts', 'no-unsafe-type-assertion'],
    ['trace/clock.ts', 'no-restricted-globals'],
    ['trace/defaultExport.ts', 'no-default-export'],
    ['trace/floating.ts', 'no-floating-promises'],
  ] as const;
  for (const [file, rule] of expected) {
    assert.ok(
      output.split('\n').some((line) => line.includes(`${file}:`) && line.includes(rule ?? '')),
      `${rule} in ${file}, of:\n${output}`,
    );
  }
});

test('TypeScript rejects an import of a layer that is not referenced', async () => {
  const project = readFileSync('protocol/tsconfig.json', 'utf8');
  const seeds = {
    'protocol/tsconfig.json': project,
    'protocol/a.ts': `export { b } from '#trace/b.ts';`,
    'trace/b.ts': `export const b = 1;`,
  };
  assert.match(await runOnSeeds(seeds, 'tsc', ['--build', 'protocol']), /protocol\/a\.ts.*trace\/b\.ts.* is not /s);
});

test('every source file belongs to a layer', () => {
  const known = new Set(sourceFiles());
  const exclude = ['node_modules/**', 'dist/**', 'samples/**', '**/fixtures/**', '.*/**'];
  const files = globSync('**/*.ts', { exclude }).map((file) => file.replaceAll('\\', '/'));
  assert.deepEqual(
    files.filter((file) => !known.has(file) && !/^[\w]+\.config\.ts$/.test(file)),
    [],
  );
});

/** For each layer with borders, a file that imports all that oxlint must reject there. */
function forbiddenImports(): Readonly<Record<string, string>> {
  const bordered = Object.values(layers).filter((layer) => !layer.packages.includes('*'));
  return Object.fromEntries(
    bordered.flatMap(({ folder, layers: allowed }) => {
      const forbidden = bordered.filter(({ folder: other }) => !allowed.some((name) => layers[name].folder === other));
      return forbidden.map(({ alias }, index) => [`${folder}/seed${index}.ts`, `export { a } from '${alias}/a.ts';`]);
    }),
  );
}

/** An entry with a static chunk (ts-morph) and a lazy one (commander). */
function seededMetafile(): { readonly metafile: Metafile } {
  const output = (bytes: number, input: string) => ({
    bytes,
    inputs: { [input]: { bytesInOutput: bytes } },
    imports: [],
    exports: [],
  });
  const inputs = [
    'server/cli/main.ts',
    'client/extension/extension.ts',
    'node_modules/ts-morph/dist/ts-morph.js',
    'node_modules/commander/index.js',
  ];
  const metafile: Metafile = {
    inputs: Object.fromEntries(inputs.map((input) => [input, { bytes: 1, imports: [] }])),
    outputs: {
      'dist/cli.js': {
        ...output(1000, 'server/cli/main.ts'),
        entryPoint: 'server/cli/main.ts',
        imports: [
          { path: 'dist/chunks/a.js', kind: 'import-statement' },
          { path: 'dist/chunks/b.js', kind: 'dynamic-import' },
          { path: 'node:fs', kind: 'import-statement', external: true },
        ],
      },
      'dist/chunks/a.js': output(1000, 'node_modules/ts-morph/dist/ts-morph.js'),
      'dist/chunks/b.js': output(1000, 'node_modules/commander/index.js'),
    },
  };
  return { metafile };
}

function readMetafile(file: string): Metafile {
  return JSON.parse(readFileSync(file, 'utf8'));
}
