import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { rules } from '#analysis/rules/index.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { runRubato } from './runRubato.ts';

test('explain shows the page of a rule', async (t) => {
  const folder = await temporaryFolder(t, {});
  const { code, stdout } = await runRubato(folder, ['explain', 'floating-promise']);
  assert.equal(code, 0);
  for (const part of [
    /^# floating-promise\n/,
    /\n## Wrong\n/,
    /\n## Right\n/,
    /\n## Options\n/,
    /rubato-ignore-next-line floating-promise/,
  ]) {
    assert.match(stdout, part);
  }
});

test('rules lists all rules, as text and as JSON', async (t) => {
  const folder = await temporaryFolder(t, {});
  const ids = rules.map(({ id }) => id).toSorted();
  const text = await runRubato(folder, ['rules']);
  assert.deepEqual(
    text.stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]),
    ids,
  );
  const json: { rules: { id: string }[] } = JSON.parse((await runRubato(folder, ['rules', '--format', 'json'])).stdout);
  assert.deepEqual(
    json.rules.map(({ id }) => id),
    ids,
  );
});

test('init writes a configuration that is right, once', async (t) => {
  const folder = await temporaryFolder(t, { 'a.ts': 'export {};' });
  assert.equal((await runRubato(folder, ['init'])).code, 0);
  const text = await readFile(`${folder}/rubato.jsonc`, 'utf8');
  assert.equal((await runRubato(folder, ['a.ts'])).code, 0);
  assert.deepEqual(await runRubato(folder, ['init']), { code: 2, stdout: '', stderr: 'rubato.jsonc exists already\n' });
  assert.equal(await readFile(`${folder}/rubato.jsonc`, 'utf8'), text);
});

test('print-config shows what holds for a file', async (t) => {
  const config = {
    rules: { 'floating-promise': 'hint' },
    ignores: ['old'],
    overrides: [{ files: ['*.test.ts'], rules: { 'floating-promise': 'off' } }],
    knownSafeCalls: ['p-queue#add'],
  };
  const folder = await temporaryFolder(t, { '.git/HEAD': '', 'rubato.jsonc': JSON.stringify(config) });
  const print = async (file: string) => JSON.parse((await runRubato(folder, ['print-config', file])).stdout);
  const [plain, tested, old] = await Promise.all(['src/a.ts', 'src/a.test.ts', 'old/a.ts'].map(print));
  assert.deepEqual([plain.files, plain.isIgnored, plain.knownSafeCalls], [['rubato.jsonc'], false, ['p-queue#add']]);
  assert.equal(plain.rules['floating-promise'][0], 'hint');
  assert.equal(plain.rules['unused-suppression'], 'warning');
  assert.equal(tested.rules['floating-promise'][0], 'off');
  assert.equal(old.isIgnored, true);
});
