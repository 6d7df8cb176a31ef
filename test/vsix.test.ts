import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listFiles, PackageManager } from '@vscode/vsce';
import { readJson, textsIn } from './architecture/manifest.ts';

const packedFiles = listFiles({ packageManager: PackageManager.None });

test('every path that package.json names is in the package of the extension', async () => {
  const packed = new Set(await packedFiles);
  const named = textsIn(readJson('package.json')).filter((text) =>
    /^(\.\/)?(dist|docs|images|schemas|syntaxes)\/[^*]+$/.test(text),
  );
  assert(named.length >= 3, 'the manifest names at least its programs and its icon');
  assert.deepEqual(
    named.filter((path) => !packed.has(path.replace('./', ''))),
    [],
  );
});

test('the package of the extension holds programs and pages, nothing else', async () => {
  const allowed =
    /^(dist\/.*\.(js|cjs|css|txt)|(images|docs)\/.*\.png|schemas\/.*\.json|package(\.nls)?\.json|[A-Z-]+(\.md|\.txt)?)$/;
  const files = await packedFiles;
  for (const program of ['server-worker.js', 'hook.cjs', 'hook-main.cjs', 'hook-parsing.cjs', 'hook-worker.cjs'])
    assert(files.includes(`dist/${program}`), program);
  assert.deepEqual(
    files.filter((file) => !allowed.test(file)),
    [],
  );
});

test('package.nls.json has the texts that package.json refers to, and no others', () => {
  const referred = textsIn(readJson('package.json')).flatMap((text) => /^%(.+)%$/.exec(text)?.[1] ?? []);
  const texts = readJson('package.nls.json');
  assert(typeof texts === 'object' && texts !== null);
  assert.deepEqual(Object.keys(texts).toSorted(), [...new Set(referred)].toSorted());
});

test('every setting has a scope and a description, every command a category', () => {
  const manifest = readJson('package.json');
  assert(isManifest(manifest));
  const { commands, configuration } = manifest.contributes;
  for (const { properties } of configuration) {
    for (const [name, setting] of Object.entries(properties)) {
      const isWhole = ['scope', 'order', 'markdownDescription', 'default'].every((key) => key in setting);
      assert(name.startsWith('rubato.') && isWhole, name);
    }
  }
  assert(commands.every(({ category }) => category === 'Rubato'));
});

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly category?: string }[];
    readonly configuration: readonly { readonly properties: Readonly<Record<string, object>> }[];
  };
}

function isManifest(value: unknown): value is Manifest {
  return typeof value === 'object' && value !== null && 'contributes' in value;
}
