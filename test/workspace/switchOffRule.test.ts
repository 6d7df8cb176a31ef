import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { switchOffRule } from '#workspace/switchOffRule.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const repository = { '.git/HEAD': '' };

test('a folder without configuration gets one at its root', async (t) => {
  await checkChange(t, { ...repository, 'src/a.ts': '' }, [
    'rubato.jsonc',
    '{\n  "rules": {\n    "blocking-call": "off"\n  }\n}\n',
  ]);
});

test('comments and the form of the file stay', async (t) => {
  const text = '{\r\n\t// Ours.\r\n\t"ignores": ["gen"],\r\n\t"rules": { "floating-promise": "error" }\r\n}\r\n';
  await checkChange(t, { ...repository, 'rubato.jsonc': text }, [
    'rubato.jsonc',
    '{\r\n\t// Ours.\r\n\t"ignores": ["gen"],\r\n\t"rules": {\r\n\t\t"floating-promise": "error",\r\n\t\t"blocking-call": "off"\r\n\t}\r\n}\r\n',
  ]);
});

test('a severity is replaced, options stay', async (t) => {
  const text = '{ "rules": { "blocking-call": ["error", { "checkTests": true }] } }';
  await checkChange(t, { ...repository, 'rubato.jsonc': text }, [
    'rubato.jsonc',
    '{ "rules": { "blocking-call": ["off", { "checkTests": true }] } }',
  ]);
});

test('the file that holds for the folder is changed, also the key in package.json', async (t) => {
  const files = {
    ...repository,
    'rubato.jsonc': '{}',
    'package.json': '{}',
    'src/package.json': '{ "rubato": { "rules": { "blocking-call": "hint" } } }',
  };
  await checkChange(t, files, ['src/package.json', '{ "rubato": { "rules": { "blocking-call": "off" } } }']);
});

test('a damaged configuration is left to its author', async (t) => {
  await checkChange(t, { ...repository, 'rubato.jsonc': '{ "rules": ' }, undefined);
});

test('a configuration above the repository is not touched', async (t) => {
  const folder = await temporaryFolder(t, { 'rubato.jsonc': '{}', 'own/.git/HEAD': '', 'own/a.ts': '' });
  const change = await switchOffRule('blocking-call', { folder: `${folder}/own`, root: `${folder}/own` });
  assert.equal(change?.file, `${folder}/own/rubato.jsonc`);
});

/** Switches `blocking-call` off for the folder `src`; `expected`: the changed file and its new text. */
async function checkChange(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  expected: readonly [file: string, text: string] | undefined,
): Promise<void> {
  const root = await temporaryFolder(t, files);
  const change = await switchOffRule('blocking-call', { folder: `${root}/src`, root });
  if (change === undefined) return assert.equal(change, expected);
  const before = change.text ?? '';
  if (change.text !== undefined) assert.equal(before, await readFile(change.file, { encoding: 'utf8' }));
  const after = change.edits.reduceRight(
    (text, { range, newText }) => text.slice(0, range.start) + newText + text.slice(range.end),
    before,
  );
  assert.deepEqual([change.file.replace(`${root}/`, ''), after], expected);
}
