import assert from 'node:assert/strict';
import { utimes } from 'node:fs/promises';
import { test } from 'node:test';
import { withFileHashes } from '#runs/withFileHashes.ts';
import { contentHash } from '#protocol/contentHash.ts';
import { TracedRun } from '../evidence/tracedRun.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const text = 'export async function run() {\n  count();\n}\nfunction count() {}\n';

test('places without a hashed function carry the hash of their file, if it is the one that ran', async (t) => {
  const sources = { 'old.ts': text, 'new.ts': text, 'gone.ts': text };
  const { 'gone.ts': _, ...there } = sources;
  const folder = await temporaryFolder(t, { ...there, 'old.ts': `\uFEFF${text}` });
  await utimes(`${folder}/old.ts`, 10, 10);
  await utimes(`${folder}/new.ts`, 30, 30);
  const run = new TracedRun(sources, { startedAt: 20_000 });
  for (const file of Object.keys(sources)) run.saw(file, 'count();', {});
  run.saw('old.ts', 'count();', { head: 'async function run' });
  const { observations } = await withFileHashes(run.file, folder);
  assert.deepEqual(
    observations.map(({ file, fileHash }) => [file, fileHash]),
    [
      ['old.ts', contentHash(text)],
      ['new.ts', undefined],
      ['gone.ts', undefined],
      ['old.ts', undefined],
    ],
  );
});
