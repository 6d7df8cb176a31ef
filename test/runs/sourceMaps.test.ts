import assert from 'node:assert/strict';
import { readFile, symlink } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { transform } from 'esbuild';
import { contentHash } from '#protocol/contentHash.ts';
import { madeSourceMap } from '#hook/loaders/madeSourceMap.ts';
import { loadSourceMap } from '#runs/sourceMaps.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const source = `interface User { readonly id: number }\n\nexport async function load(user: User) {\n  await save(user);\n}\n`;

for (const sourcemap of ['inline', 'external'] as const) {
  test(`a place in compiled code is taken to its source, ${sourcemap}`, async (t) => {
    const { code, map } = await transform(source, { loader: 'ts', sourcemap, sourcefile: '../src/load.ts' });
    const folder = await temporaryFolder(t, { 'dist/load.js': code, 'dist/load.js.map': map, 'src/load.ts': source });
    const url = sourcemap === 'inline' ? 'inline' : 'load.js.map';
    const loaded = await loadSourceMap(`${folder}/dist/load.js`, url, folder);
    const line = code.split('\n').findIndex((each) => each.includes('await')) + 1;
    const column = (code.split('\n')[line - 1] ?? '').indexOf('await') + 1;
    assert.deepEqual(loaded?.originalOf(line, column), {
      file: `${folder}/src/load.ts`,
      line: 4,
      column: 3,
      fileHash: contentHash(source),
    });
  });
}

test('the hash is of the source that was compiled, not of what stands there now', async (t) => {
  const { map, code } = await transform(source, { loader: 'ts', sourcemap: 'external', sourcefile: '../src/load.ts' });
  const folder = await temporaryFolder(t, { 'dist/a.js': code, 'dist/a.js.map': map, 'src/load.ts': '// edited\n' });
  const loaded = await loadSourceMap(`${folder}/dist/a.js`, 'a.js.map', folder);
  assert.equal(loaded?.originalOf(1, 1)?.fileHash, contentHash(source));
});

test('the map of text that a tool made in memory goes with the trace', async (t) => {
  const { code } = await transform(source, { loader: 'ts', sourcemap: 'inline', sourcefile: 'load.ts' });
  const folder = await temporaryFolder(t, { 'src/load.ts': '// edited\n' });
  const url = madeSourceMap(code) ?? '';
  assert.ok(
    !Buffer.from(url.slice(url.indexOf(',')), 'base64')
      .toString()
      .includes('interface User'),
  );
  const loaded = await loadSourceMap(`${folder}/src/load.ts`, url, folder);
  const line = code.split('\n').findIndex((each) => each.includes('await')) + 1;
  const column = (code.split('\n')[line - 1] ?? '').indexOf('await') + 1;
  const expected = { file: `${folder}/src/load.ts`, line: 4, column: 3, fileHash: contentHash(source) };
  assert.deepEqual(loaded?.originalOf(line, column), expected);
  assert.equal(madeSourceMap('a();\n//# sourceMappingURL=data:application/json;base64,e30x'), undefined);
  assert.equal(madeSourceMap('a();\n//# sourceMappingURL=a.map'), undefined);
});

test('sources outside the root, of other hosts and schemes keep the generated place', async (t) => {
  const sources = [
    '../../outside.ts',
    '../../../../../../../../etc/passwd',
    '/etc/passwd',
    'file:///etc/passwd',
    'file://host/share/a.ts',
    '//host/share/a.ts',
    String.raw`\\host\share\a.ts`,
    'webpack://app/src/a.ts',
    'https://example.org/a.ts',
    null,
  ];
  for (const each of sources) {
    const loaded = await loadMap(t, { version: 3, sources: [each], mappings: 'AAAA', sourcesContent: ['x'] });
    assert.equal(loaded?.originalOf(1, 1), undefined, String(each));
  }
});

test('names of maps that lead out of the root are not followed', async (t) => {
  const map = JSON.stringify({ version: 3, sources: ['a.ts'], mappings: 'AAAA' });
  const folder = await temporaryFolder(t, { 'root/a.js': '', 'root/a.ts': '', 'outside.map': map });
  await symlink(`${folder}/outside.map`, `${folder}/root/link.map`);
  const urls = [
    '../outside.map',
    'link.map',
    `${folder}/outside.map`,
    `file://${folder}/outside.map`,
    '//host/a.map',
    'https://example.org/a.map',
    '%00',
    '%',
    'none.map',
  ];
  for (const url of urls)
    assert.equal(await loadSourceMap(`${folder}/root/a.js`, url, `${folder}/root`), undefined, url);
});

test('what is no map, or too much of one, is left alone', async (t) => {
  const bombs: readonly unknown[] = [
    null,
    [],
    { version: 2, sources: [], mappings: '' },
    { version: 3, sources: 'a', mappings: '' },
    { version: 3, sources: [1], mappings: '' },
    { version: 3, sources: ['a.ts'], mappings: 5 },
    { version: 3, sections: [] },
    { version: 3, sources: ['a.ts'], mappings: ';'.repeat(5_000_000) },
    { version: 3, sources: Array.from({ length: 30_000 }, (_, index) => `${index}.ts`), mappings: '' },
  ];
  for (const bomb of bombs) assert.equal(await loadMap(t, bomb), undefined);
  const odd = await loadMap(t, { version: 3, sources: ['a.ts'], mappings: '!!!,AAAA;gggggggggggggggggggg' });
  for (const [line, column] of [
    [0, 0],
    [-1, 1],
    [1, 1e9],
    [1e9, 1],
  ] as const) {
    assert.equal(odd?.originalOf(line, column)?.line === 0, false);
  }
});

async function loadMap(t: TestContext, map: unknown) {
  const folder = await temporaryFolder(t, { 'dist/a.js': '', 'dist/a.js.map': JSON.stringify(map), 'dist/a.ts': '' });
  assert.equal(await readFile(`${folder}/dist/a.js`, 'utf8'), '');
  return loadSourceMap(`${folder}/dist/a.js`, 'a.js.map', folder);
}
