import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Check } from 'typebox/schema';
import { rules } from '#analysis/rules/index.ts';
import { generatedFiles } from '#scripts/generatedFiles.ts';
import { configurationSchema } from '#workspace/configurationSchema.ts';
import { parseConfiguration } from '#workspace/configurationText.ts';
import { UserError } from '#workspace/userError.ts';

test('pages and schemas are those of the rules; `npm run generate` writes them', () => {
  const files = generatedFiles();
  for (const [file, text] of files) assert.equal(readFileSync(file, 'utf8'), text, `${file} is out of date`);
  assert.deepEqual(
    globSync(['docs/rules/*.md', 'docs/blocking-calls.md', 'schemas/*.json']).toSorted(),
    [...files.keys()].toSorted(),
  );
});

test('the shipped schema and our own check agree', () => {
  const schema: object = JSON.parse(readFileSync('schemas/rubato.schema.json', 'utf8'));
  const right = [
    {},
    { $schema: 'x', extends: './a.jsonc', rules: {}, ignores: ['a'], overrides: [], knownSafeCalls: ['a#b'] },
    { extends: ['./a.jsonc', './b.jsonc'] },
    { rules: { 'floating-promise': 'off', 'blocking-call': ['error'], 'unused-suppression': 'hint' } },
    { rules: { 'floating-promise': ['hint', {}] } },
    { overrides: [{ files: ['*.ts'], rules: { 'floating-promise': 'warning' } }] },
  ];
  const wrong = [
    [],
    'error',
    { rule: {} },
    { extends: 1 },
    { rules: [] },
    { rules: { 'no-such-rule': 'off' } },
    { rules: { 'floating-promise': 'warn' } },
    { rules: { 'floating-promise': 2 } },
    { rules: { 'floating-promise': [] } },
    { rules: { 'floating-promise': ['error', { noSuchOption: 1 }] } },
    { rules: { 'floating-promise': ['error', {}, 1] } },
    { rules: { 'unused-suppression': ['error'] } },
    { ignores: 'a' },
    { ignores: [1] },
    { overrides: {} },
    { overrides: [{ files: ['a'] }] },
    { overrides: [{ rules: {} }] },
    { overrides: [{ files: ['a'], rules: {}, ignores: [] }] },
  ];
  for (const value of right)
    assert.deepEqual([Check(schema, value), isAccepted(value)], [true, true], JSON.stringify(value));
  for (const value of wrong)
    assert.deepEqual([Check(schema, value), isAccepted(value)], [false, false], JSON.stringify(value));
});

function isAccepted(value: unknown): boolean {
  try {
    parseConfiguration(
      { name: 'rubato.jsonc', text: JSON.stringify(value), key: undefined },
      configurationSchema(rules),
    );
    return true;
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return false;
  }
}
