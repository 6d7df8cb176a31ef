/** The programs in samples/: both engines find what `expected.json` beside each lists, and nothing else; and they run. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { Confidence, Finding } from '#analysis/finding.ts';
import { rules } from '#analysis/rules/index.ts';
import { withExamples } from '../rules/exampleProject.ts';

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
        expected,
      );
    });
  }

  test(`${name} runs and ends by itself`, async () => {
    const { stderr } = await promisify(execFile)(process.execPath, [path.join(folder, 'main.ts'), ...args]);
    assert.equal(stderr, '');
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

/** As the expectation writes it, so that the difference can be read; of the message what was expected, if it holds that. */
function describe(
  folder: string,
  { ruleId, file, range, confidence, message }: Finding,
  expected: Expected | undefined,
): Expected {
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
