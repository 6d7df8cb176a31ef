import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { stripVTControlCharacters, styleText } from 'node:util';
import type { Report } from '#analysis/report.ts';
import { github, githubSummary } from '#reporters/github.ts';
import { json } from '#reporters/json.ts';
import { stylish } from '#reporters/stylish.ts';
import { emptyReport, evidenceReport, hostileReport, longReport, sampleReport } from './sampleReport.ts';

const plain = { style: (_: unknown, text: string) => text, withCode: true };

test('stylish: findings by file, code, call path, repair, notes, summary', (t) => {
  checkGolden(t, stylish(sampleReport, plain), 'stylish.txt');
  checkGolden(t, stylish({ ...sampleReport, findings: [] }, { ...plain, withCode: false }), 'stylishNotes.txt');
  assert.equal(stylish(emptyReport, plain), 'No findings in 3 files\n');
  assert.equal(
    stylish({ ...emptyReport, isComplete: false }, plain),
    'No findings in 3 files (incomplete: interrupted)\n',
  );
});

test('stylish: colors change nothing but the color', () => {
  const colored = stylish(sampleReport, {
    ...plain,
    style: (look, text) => styleText(look, text, { validateStream: false }),
  });
  assert.notEqual(colored, stylish(sampleReport, plain));
  assert.equal(stripVTControlCharacters(colored), stylish(sampleReport, plain));
});

test('stylish: a long line is cut around the place', () => {
  const sourceLine = `${'x = 1; '.repeat(60)}save();${' y = 2;'.repeat(10)}`;
  const [finding] = sampleReport.findings;
  assert.ok(finding !== undefined);
  const report = {
    ...sampleReport,
    findings: [{ ...finding, sourceLine, start: { line: 1, column: 421 }, end: { line: 1, column: 427 } }],
    problems: [],
  };
  const lines = stylish(report, plain).split('\n');
  assert.equal(lines[2], `           │ ${'x = 1; '.repeat(60).slice(-40)}save();${' y = 2;'.repeat(10).slice(0, 53)}`);
  assert.equal(lines[3], `           │ ${' '.repeat(40)}^^^^^^`);
});

test('json: version 1, exactly', (t) => {
  checkGolden(t, json(sampleReport), 'report.json');
  assert.deepEqual(JSON.parse(json(emptyReport)), { version: 1, findings: [], problems: [] });
  assert.deepEqual(JSON.parse(json({ ...emptyReport, isComplete: false })), {
    version: 1,
    incomplete: true,
    findings: [],
    problems: [],
  });
});

test('github: annotations, notes, summary', (t) => {
  checkGolden(t, github(sampleReport), 'github.txt');
  checkGolden(t, githubSummary(sampleReport), 'githubSummary.md');
  assert.equal(github(emptyReport), 'Rubato: No findings in 3 files\n');
  assert.equal(githubSummary(emptyReport), '### Rubato: nothing found\n');
});

test('github: ten of each level, worst first, and the true total', () => {
  const lines = github(longReport).trimEnd().split('\n');
  assert.equal(lines.length, 21);
  assert.deepEqual(
    lines.map((line) => line.slice(2, 5)),
    [...Array<string>(10).fill('err'), ...Array<string>(10).fill('war'), 'bat'],
  );
  assert.equal(
    lines[20],
    'Rubato: 250 findings (125 errors, 125 warnings) in 250 files; 230 of them are not annotated, because GitHub shows 10 of each level',
  );
  assert.match(githubSummary(longReport), /\n… and 50 more\n$/);
});

test('text of the program under analysis is shown and does nothing', (t) => {
  checkGolden(t, stylish(hostileReport, plain), 'hostileStylish.txt');
  checkGolden(t, github(hostileReport), 'hostileGithub.txt');
  checkGolden(t, githubSummary(hostileReport), 'hostileSummary.md');
  for (const text of [stylish(hostileReport, plain), github(hostileReport), githubSummary(hostileReport)]) {
    assert.doesNotMatch(text, /[^\P{Cc}\n]|[\u202A-\u202E\u2066-\u2069]/u);
    assert.doesNotMatch(text, /^::(?:error|warning|set-output)(?! file=)/m);
  }
});

test('evidence: the worst file first, in it the order of the code; states, cost, age, what was not recorded', (t) => {
  checkGolden(t, stylish(evidenceReport, plain), 'evidenceStylish.txt');
  checkGolden(t, json(evidenceReport), 'evidence.json');
  checkGolden(t, github(evidenceReport), 'evidenceGithub.txt');
  checkGolden(t, githubSummary(evidenceReport), 'evidenceSummary.md');
  for (const text of [stylish(evidenceReport, plain), github(evidenceReport), githubSummary(evidenceReport)]) {
    assert.doesNotMatch(text, /[^\P{Cc}\n]/u);
    assert.doesNotMatch(text, /^::(?:error|warning) (?!file=)/m);
  }
});

test('evidence: a run that confirmed nothing says so', () => {
  const run = { command: 'node main.ts', durationMs: 900, ageMs: 1000, limits: [] };
  assert.equal(
    stylish({ ...emptyReport, evidence: { runs: [run] } }, plain),
    'Evidence of `node main.ts`, a moment old, 900 ms long: nothing to confirm\nNo findings in 3 files\n',
  );
});

test('every reporter prints the same for the same report', () => {
  const reporters: readonly ((report: Report) => string)[] = [
    json,
    github,
    githubSummary,
    (report) => stylish(report, plain),
  ];
  for (const report of [sampleReport, evidenceReport])
    for (const reporter of reporters) assert.equal(reporter(report), reporter(structuredClone(report)));
});

function checkGolden(t: TestContext, text: string, name: string): void {
  t.assert.fileSnapshot(text, `${import.meta.dirname}/fixtures/${name}`, { serializers: [String] });
}

test('the golden files end with a line break, as printed text does', () => {
  assert.ok(readFileSync(`${import.meta.dirname}/fixtures/stylish.txt`, 'utf8').endsWith('\n'));
});
