import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maxEntries, parseEvidence } from '#analysis/evidence/parseEvidence.ts';
import { each, TracedRun } from './tracedRun.ts';

const source = 'export async function load() {\n  readFileSync(1);\n}\n';
const head = 'async function load';
const whole = new TracedRun({ 'a.ts': source }).loaded('a.ts', head, 1).saw('a.ts', 'readFileSync(1)', {
  head,
  durationMs: each(60),
  errorClasses: ['Error'],
  callers: [{ file: 'b.ts', line: 1, column: 1, name: 'main' }],
}).file;

test('evidence is read as it was written', () => {
  assert.deepEqual(parseEvidence(JSON.parse(JSON.stringify(whole))), {
    kind: 'evidence',
    evidence: whole,
    dropped: 0,
  });
});

test('what is no evidence, or of another version, is refused', () => {
  for (const value of [
    undefined,
    null,
    1,
    'x',
    [],
    {},
    { version: 'x' },
    { ...whole, functions: 1 },
    { ...whole, startedAt: -1 },
  ])
    assert.deepEqual(parseEvidence(value), { kind: 'refused', reason: 'is no evidence of a run' });
  assert.deepEqual(parseEvidence({ ...whole, version: 2 }), {
    kind: 'refused',
    reason: 'has version 2, and this Rubato reads version 1: run the program again',
  });
});

test('entries that are not well formed, or name files outside, are left out and counted', () => {
  const [good] = whole.observations;
  const paths = [
    '',
    '/etc/passwd',
    '../a.ts',
    'a/../../b.ts',
    'a/./b.ts',
    'a//b.ts',
    'C:/a.ts',
    'a\\b.ts',
    'a\0.ts',
    1,
  ];
  const broken = [
    ...paths.map((file) => ({ ...good, file })),
    ...[0, -1, 1.5, '1', NaN, 1e300].map((line) => ({ ...good, line })),
    { ...good, kind: 'exploded' },
    { ...good, count: 0 },
    { ...good, label: 1 },
    { ...good, function: { name: 'load' } },
    null,
    [],
    'x',
    JSON.parse('{"__proto__": {"kind": "blocked", "file": "a.ts", "line": 1, "column": 1, "label": "x", "count": 1}}'),
  ];
  const parsed = parseEvidence({ ...whole, functions: [...whole.functions, null, 1], observations: [good, ...broken] });
  assert.ok(parsed.kind === 'evidence');
  assert.deepEqual(parsed.evidence, whole);
  assert.equal(parsed.dropped, broken.length + 2);
});

test('what is optional and broken is left out of its entry, text is cut, unknown keys are gone', () => {
  const [good] = whole.observations;
  const odd = {
    ...good,
    label: 'x'.repeat(10_000),
    durationMs: { count: 1, p50: 'x' },
    errorClasses: [1, 'Error', 'a', 'b', 'c', 'd'],
    callers: [...(good?.callers ?? []), { file: '../x' }, ...(good?.callers ?? [])],
    constructor: 'x',
  };
  const parsed = parseEvidence({ ...whole, observations: [odd] });
  assert.ok(parsed.kind === 'evidence');
  const [kept] = parsed.evidence.observations;
  assert.deepEqual(kept, {
    kind: good?.kind,
    file: 'a.ts',
    line: 2,
    column: 3,
    offset: good?.offset,
    label: `${'x'.repeat(199)}…`,
    count: 1,
    function: good?.function,
    errorClasses: ['Error', 'a', 'b', 'c'],
    callers: good?.callers,
  });
});

test('a million entries are read up to the limit', () => {
  const [good] = whole.observations;
  const observations = Array.from({ length: 1_000_000 }, () => good);
  const parsed = parseEvidence({ ...whole, observations });
  assert.ok(parsed.kind === 'evidence');
  assert.equal(parsed.evidence.observations.length, maxEntries);
  assert.equal(parsed.dropped, 1_000_000 - maxEntries);
});
