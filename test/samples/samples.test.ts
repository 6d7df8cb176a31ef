/** The programs in samples/: both engines find what `expected.json` beside each lists, and nothing else; they run, and a traced run says of each finding what is expected. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { cp, symlink } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { EvidenceState } from '#analysis/evidence/findingEvidence.ts';
import type { Confidence, Finding } from '#analysis/finding.ts';
import { rules } from '#analysis/rules/index.ts';
import { runRubato } from '../cli/runRubato.ts';
import { withExamples } from '../rules/exampleProject.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

/** One entry of `expected.json`, in the order of the report. */
interface Expected {
  readonly ruleId: string;
  /** Relative to the sample. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly confidence: Confidence;
  /** A part of the message. */
  readonly message: string;
  /** State of its evidence after a traced run. */
  readonly evidence: EvidenceState;
}

const samples: Readonly<Record<string, readonly string[]>> = {
  'http-service': ['--once'],
  'queue-worker': [],
  'cli-tool': [],
};

for (const [name, args] of Object.entries(samples)) {
  const folder = path.resolve('samples', name);

  for (const engine of ['native', 'embedded'] as const) {
    test(`findings in ${name} with the ${engine} engine`, async () => {
      const expected = readExpected(folder);
      const { findings, problems } = await withExamples(folder, { engine, rules }, (run) => run);
      assert.deepEqual(problems, []);
      assert.deepEqual(
        findings.map((finding, index) => describe(folder, finding, expected[index])),
        expected.map(({ evidence: _evidence, ...finding }) => finding),
      );
    });
  }

  test(`${name} runs and ends by itself`, async () => {
    const { stderr } = await promisify(execFile)(process.execPath, [path.join(folder, 'main.ts'), ...args]);
    assert.equal(stderr, '');
  });

  test(`a traced run of ${name} confirms what happened in it, and nothing more`, async (t) => {
    const copy = await temporaryFolder(t, {});
    await cp(folder, copy, { recursive: true });
    await symlink(path.resolve('node_modules'), `${copy}/node_modules`, 'junction');
    const traced = await runRubato(copy, ['run', '--quiet', 'node', 'main.ts', ...args]);
    assert.equal(traced.code, 0, traced.stderr.slice(-500));
    assert.equal(traced.stderr, '');
    const { stdout } = await runRubato(copy, ['lint', '--evidence', '.rubato', '--format', 'json']);
    const expected = readExpected(folder);
    assert.deepEqual(
      evidenceIn(stdout, expected),
      new Set(expected.map(({ ruleId, file, line, evidence }) => `${file}:${line} ${ruleId}: ${evidence}`)),
    );
  });
}

test('every rule has a finding in the samples', () => {
  const found = new Set(
    Object.keys(samples).flatMap((name) => readExpected(path.resolve('samples', name)).map(({ ruleId }) => ruleId)),
  );
  assert.deepEqual(
    rules.map(({ id }) => id).filter((id) => !found.has(id)),
    [],
  );
});

function readExpected(folder: string): readonly Expected[] {
  return JSON.parse(fs.readFileSync(path.join(folder, 'expected.json'), 'utf8'));
}

/** `<file>:<line> <rule>: <state>` of each finding of a report in JSON. */
function evidenceIn(report: string, expected: readonly Expected[]): ReadonlySet<string> {
  const { findings }: { readonly findings: readonly Reported[] } = JSON.parse(report);
  // A machine under load may take its time with any call, which confirms what is expected to run quickly.
  const isSlow = ({ ruleId, file, range }: Reported): boolean =>
    ruleId === 'blocking-call' &&
    expected.some((each) => each.file === file && each.line === range.start.line && each.evidence === 'ran');
  const stateOf = (finding: Reported): EvidenceState =>
    finding.evidence.state === 'confirmed' && isSlow(finding) ? 'ran' : finding.evidence.state;
  return new Set(
    findings.map((finding) => `${finding.file}:${finding.range.start.line} ${finding.ruleId}: ${stateOf(finding)}`),
  );
}

interface Reported {
  readonly file: string;
  readonly range: { readonly start: { readonly line: number } };
  readonly ruleId: string;
  readonly evidence: { readonly state: EvidenceState };
}

/** As the expectation writes it, so that the difference can be read; of the message what was expected, if it holds that. */
function describe(
  folder: string,
  { ruleId, file, range, confidence, message }: Finding,
  expected: Expected | undefined,
): Omit<Expected, 'evidence'> {
  const line = fs.readFileSync(file, 'utf8').slice(0, range.start).split('\n').length;
  const holdsPart = expected !== undefined && message.includes(expected.message);
  return {
    ruleId,
    file: path.relative(folder, file).replaceAll('\\', '/'),
    line,
    confidence,
    message: holdsPart ? expected.message : message,
  };
}
