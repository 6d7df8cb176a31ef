import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import multitool from '@microsoft/sarif-multitool';
import { documentedRules, type DocumentedRule } from '#analysis/rulePage.ts';
import { rules } from '#analysis/rules/index.ts';
import { sarif } from '#reporters/sarif.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { emptyReport, evidenceReport, hostileReport, longReport, sampleReport } from './sampleReport.ts';

const options = { version: '1.2.3', category: 'rubato', rules: documentedRules(rules) };

/** A rule with fixed text, so that the golden file does not change with our rules. */
const sampleRule: DocumentedRule = {
  id: 'floating-promise',
  severity: 'error',
  summary: 'A promise is created and nothing waits for it.',
  rationale: 'Its rejection is lost.',
  hint: 'Await it.',
  limits: ['Marked ones.'],
  examples: { typescript: { bad: ['save();'], good: ['await save();'] } },
};

test('sarif: rules, results, call paths, fixes and notes', (t) => {
  const text = sarif(sampleReport, { ...options, rules: [sampleRule] });
  t.assert.fileSnapshot(text, `${import.meta.dirname}/fixtures/report.sarif`, { serializers: [String] });
});

test('sarif: evidence is in the message, the rank and the properties', (t) => {
  const text = sarif(evidenceReport, { ...options, rules: [sampleRule] });
  t.assert.fileSnapshot(text, `${import.meta.dirname}/fixtures/evidence.sarif`, { serializers: [String] });
});

test('sarif: paths are relative and encoded', () => {
  const text = sarif(sampleReport, options);
  assert.match(text, /"uri": "src\/routes\/%5Bid%5D.ts"/);
  assert.match(text, /"uri": "src\/50%25%20off%2C%20now%3Ahere.ts"/);
});

test("sarif: Microsoft's validator with GitHub's rules has nothing to say, except about a seeded defect", async (t) => {
  const reports = {
    sample: sampleReport,
    hostile: hostileReport,
    long: longReport,
    empty: emptyReport,
    evidence: evidenceReport,
  };
  const texts = Object.entries(reports).map(([name, report]) => [name, sarif(report, options)] as const);
  const defect = sarif(sampleReport, options).replaceAll(/"fullDescription": \{[^}]*\},/g, '');
  const messages = await validate(t, { ...Object.fromEntries(texts), defect });
  assert.deepEqual(
    [...new Set(messages.map((line) => /\/(\w+)\.sarif.*?(\w+\d{4}):/.exec(line)?.slice(1).join(' ')))],
    ['defect GH2012'],
  );
});

/** What the validator says of the logs. Its npm wrapper breaks on the semicolon, so this calls the program itself. */
async function validate(t: TestContext, logs: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const files = Object.entries(logs).map(([name, text]) => [`${name}.sarif`, text] as const);
  const folder = await temporaryFolder(t, Object.fromEntries(files));
  const args = ['validate', `${folder}/*.sarif`, '--rule-kind', 'Sarif;Ghas', '--output', `${folder}/result.json`];
  const { stdout } = await promisify(execFile)(multitool, args);
  assert.match(stdout, /Analysis completed successfully/);
  return stdout.split('\n').filter((line) => /: (?:error|warning|note) /.test(line));
}
