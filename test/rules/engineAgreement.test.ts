/** Both engines say the same in every field, ranges, paths and written fixes included: over all examples and all samples. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { rules } from '#analysis/rules/index.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { asModule, projectFiles, withExamples } from './exampleProject.ts';
import { oddSources } from './oddSources.ts';

test('engines agree on the examples of all rules', async (t) => {
  const sources = rules.flatMap(({ id, examples: { typescript: { bad = [], good = [] } = {} } }) =>
    [...bad, ...good].map((source, index) => [`${id}.${index}.ts`, asModule(source)] as const),
  );
  await agree(await temporaryFolder(t, { ...projectFiles, ...Object.fromEntries(sources) }));
});

test('engines agree on the same examples read as JavaScript', async (t) => {
  const sources = rules.flatMap(({ id, examples: { typescript: { bad = [], good = [] } = {} } }) =>
    [...bad, ...good].map((source, index) => [`${id}.${index}.js`, asModule(source)] as const),
  );
  await agree(await temporaryFolder(t, { ...projectFiles, ...Object.fromEntries(sources) }));
});

test('engines agree on odd syntax', async (t) => {
  await agree(await temporaryFolder(t, { ...projectFiles, ...oddSources }));
});

test('findings in odd syntax start at a token', async (t) => {
  const folder = await temporaryFolder(t, { ...projectFiles, ...oddSources });
  const findings = await withExamples(folder, { engine: 'native', rules }, (run) => run.findings);
  for (const { file, range } of findings) {
    const text = oddSources[path.basename(file)]?.replace(/^\ufeff/, '').slice(range.start, range.end) ?? '';
    assert.match(text, /^(?!\s|\/[/*])./u, `${path.basename(file)} at ${range.start}`);
  }
});

for (const { name } of fs.readdirSync('samples', { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
  test(`engines agree on samples/${name}`, () => agree(path.resolve('samples', name)));
}

async function agree(folder: string): Promise<void> {
  const [native, embedded] = [await everything(folder, 'native'), await everything(folder, 'embedded')];
  assert.ok(native.length > 0);
  assert.deepEqual(native, embedded);
}

/** Findings with the edits of each of their fixes. */
async function everything(folder: string, engine: 'native' | 'embedded'): Promise<readonly object[]> {
  return await withExamples(folder, { engine, rules }, (run) =>
    run.findings.map((finding) => ({
      ...finding,
      edits: finding.fixes.map((intent) => run.writeFix(finding.file, intent)),
    })),
  );
}
