import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { applyEdits, safeEdits } from '#analysis/safeEdits.ts';
import { writeAtomically } from '#workspace/writeAtomically.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

test('a file that has changed since it was read is not written', async (t) => {
  const folder = await temporaryFolder(t, { 'a.ts': 'theirs' });
  const file = `${folder}/a.ts`;
  assert.equal(await writeAtomically({ file, oldText: 'old', newText: 'ours' }), 'has changed since it was read');
  assert.equal(await readFile(file, 'utf8'), 'theirs');
  assert.equal(await writeAtomically({ file, oldText: 'theirs', newText: 'ours' }), undefined);
  assert.equal(await readFile(file, 'utf8'), 'ours');
  assert.deepEqual(await readdir(folder), ['a.ts']);
});

test('a file that is gone is not written', async (t) => {
  const folder = await temporaryFolder(t, {});
  assert.match(
    (await writeAtomically({ file: `${folder}/a.ts`, oldText: '', newText: 'x' })) ?? '',
    /^cannot be written: ENOENT/,
  );
});

test('only safe fixes, and of those that touch each other the first', () => {
  const edit = (start: number, end: number, newText: string) => ({ range: { start, end }, newText });
  const edits = safeEdits([
    { title: 'a', kind: 'safe', edits: [edit(0, 1, 'A'), edit(4, 5, 'E')] },
    { title: 'b', kind: 'safe', edits: [edit(1, 2, 'B')] },
    { title: 'c', kind: 'suggestion', edits: [edit(2, 3, 'C')] },
    { title: 'd', kind: 'safe', edits: [edit(3, 3, '+')] },
  ]);
  assert.equal(applyEdits('abcdef', edits), 'Abc+dEf');
});
