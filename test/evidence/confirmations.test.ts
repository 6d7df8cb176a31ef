import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { confirmations, observedRules } from '#analysis/evidence/confirmations.ts';
import { rules } from '#analysis/rules/index.ts';

test('every rule says what confirms it, and the documentation tells', () => {
  const ids = rules.map(({ id }) => id).toSorted();
  assert.deepEqual(Object.keys(confirmations).toSorted(), ids);
  const [, table = ''] = /## What confirms what\n([^]*?)\n## /.exec(readFileSync('docs/evidence.md', 'utf8')) ?? [];
  const documented = Array.from(table.matchAll(/^\| ([a-z][a-z-]+) +\|/gm), ([, id = '']) => id);
  assert.deepEqual(documented.toSorted(), ids);
});

test('observed findings have rules that are there', () => {
  const ids = new Set(rules.map(({ id }) => id));
  assert.deepEqual(
    observedRules.filter(({ ruleId }) => !ids.has(ruleId)),
    [],
  );
});
