import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { sourcePath } from '#extension/panel/sourcePath.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const files = { 'shop/src/a.ts': '1', 'shop/src/..b.ts': '2', 'other/secret.txt': '3', 'shop-too/c.ts': '4' };

test('a file of the workspace is inside, whatever names it has', async (t) => {
  const folder = await temporaryFolder(t, files);
  const where = { root: `${folder}/shop`, folders: [path.resolve('/nowhere'), `${folder}/shop`] };
  assert.deepEqual(await sourcePath('src/a.ts', where), {
    kind: 'inside',
    path: path.resolve(folder, 'shop/src/a.ts'),
  });
  assert.deepEqual((await sourcePath('src/..b.ts', where)).kind, 'inside');
  assert.deepEqual((await sourcePath('src/./a.ts', where)).kind, 'inside');
});

test('a file below the root but not in the workspace is outside', async (t) => {
  const folder = await temporaryFolder(t, files);
  const found = await sourcePath('c.ts', { root: `${folder}/shop-too`, folders: [`${folder}/shop`] });
  assert.deepEqual(found, { kind: 'outside', path: path.resolve(folder, 'shop-too/c.ts') });
  assert.equal((await sourcePath('c.ts', { root: `${folder}/shop-too`, folders: [] })).kind, 'outside');
});

test('a link that leads out of the workspace is outside', { skip: process.platform === 'win32' }, async (t) => {
  const folder = await temporaryFolder(t, files);
  await symlink(`${folder}/other`, `${folder}/shop/linked`);
  await symlink(`${folder}/shop`, `${folder}/alias`);
  const where = { root: `${folder}/shop`, folders: [`${folder}/shop`] };
  assert.equal((await sourcePath('linked/secret.txt', where)).kind, 'outside');
  // A workspace that was opened through a link is still itself.
  assert.equal((await sourcePath('src/a.ts', { ...where, folders: [`${folder}/alias`] })).kind, 'inside');
});

test('what is no file is missing', async (t) => {
  const folder = await temporaryFolder(t, files);
  const where = { root: `${folder}/shop`, folders: [`${folder}/shop`] };
  for (const file of ['src', 'src/gone.ts', 'src/a.ts/b', 'src/a.ts\n']) {
    assert.equal((await sourcePath(file, where)).kind, 'missing', file);
  }
});

test('what is no path below the root is never looked for', async (t) => {
  const folder = await temporaryFolder(t, files);
  const where = { root: `${folder}/shop`, folders: [folder] };
  const hostile = [
    ...['', '..', '../other/secret.txt', 'src/../../other/secret.txt', String.raw`src\..\..\other\secret.txt`],
    ...['/etc/passwd', String.raw`\\host\share\x`, '//host/share/x', String.raw`C:\x`, 'c:/x', 'file:///etc/passwd'],
    ...['node:fs', '…/lib/x.js', 'src/a.ts\0.js', 'vscode://x', 'data:text/html,x'],
  ];
  for (const file of hostile) assert.deepEqual(await sourcePath(file, where), { kind: 'unknown' }, file);
});
