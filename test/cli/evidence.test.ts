/** `rubato lint --evidence`: evidence written by hand, the command as people start it. */
import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { describe, test, type TestContext } from 'node:test';
import { TracedRun } from '../evidence/tracedRun.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { runRubato } from './runRubato.ts';

const load = `import { readFileSync } from 'node:fs';
export async function load(path: string) {
  return readFileSync(path, 'utf8');
}
export async function save() {}
export async function unused() {
  save();
}
`;
const head = 'async function load';
const run = new TracedRun({ 'src/a.ts': load })
  .loaded('src/a.ts', head, 3)
  .loaded('src/a.ts', 'async function unused', 0)
  .saw('src/a.ts', `readFileSync(path, 'utf8')`, {
    head,
    count: 3,
    durationMs: { count: 3, p50: 96, p95: 400, max: 412 },
  });
const evidence = JSON.stringify(run.file);
const project = {
  '.git/HEAD': '',
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "types": ["node"] }, "include": ["src"] }',
  'src/a.ts': load,
  '.rubato/evidence.json': evidence,
};
const asWarnings = ['--rule', 'blocking-call:warning', '--rule', 'floating-promise:warning'];

describe('evidence', { concurrency: 3 }, () => {
  test('findings are marked, the worst is named, and the evidence has an age', async (t) => {
    const folder = await temporaryFolder(t, project);
    const { stdout, code } = await runRubato(folder, ['--evidence', '.rubato']);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /3:10 .*\n {11}confirmed \d+ days ago: blocked the loop 412 ms at most, 3 times \(p50 96 ms\)\n/,
    );
    assert.match(stdout, /7:3 .*\n {11}not run: `unused` was loaded and never called\n/);
    assert.match(stdout, /\nEvidence of `node main\.ts`, \d+ days old, 4\.2 s long: 1 confirmed, 1 not run\n/);
    assert.match(stdout, /\nWorst: src\/a\.ts:3:10 stopped the loop for 412 ms\n/);
  });

  test('a folder that holds .rubato, a folder with evidence and a file are taken alike, also from elsewhere', async (t) => {
    const folder = await temporaryFolder(t, {
      ...project,
      'moved/evidence.json': evidence,
      'traces/runs/a/evidence.json': evidence,
      'traces/evidence.json': evidence,
    });
    const paths: readonly (readonly [string, string])[] = [
      [folder, '.'],
      [folder, '.rubato/evidence.json'],
      [folder, 'moved'],
      [`${folder}/src`, '../traces'],
      [`${folder}/src`, '../traces/runs/a'],
      [`${folder}/src`, '..'],
      [`${folder}/src`, '../.rubato'],
    ];
    for (const [cwd, written] of paths) {
      const { stdout } = await runRubato(cwd, ['--evidence', written]);
      assert.match(stdout, /confirmed \d+ days ago: blocked the loop 412 ms/, `${cwd} ${written}`);
    }
  });

  test('without it, a report is the same to the byte, whatever lies in .rubato', async (t) => {
    const folder = await temporaryFolder(t, project);
    for (const format of ['stylish', 'json', 'sarif', 'github']) {
      await rename(`${folder}/.rubato`, `${folder}/elsewhere`);
      const without = await runRubato(folder, ['--format', format]);
      await rename(`${folder}/elsewhere`, `${folder}/.rubato`);
      assert.deepEqual(await runRubato(folder, ['--format', format]), without);
      assert.doesNotMatch(without.stdout, /evidence/i);
    }
  });

  test('--fail-on: 1 when a finding meets it, and only then', async (t) => {
    const folder = await temporaryFolder(t, project);
    const codeOf = async (condition: string) =>
      (await runRubato(folder, [...asWarnings, '--evidence', '.rubato', '--fail-on', condition])).code;
    assert.equal(await codeOf('observed:blocking>200ms'), 1);
    assert.equal(await codeOf('observed:lost,confirmed:blocking-call'), 1);
    assert.equal(await codeOf('observed:blocking>412ms'), 0);
    assert.equal(await codeOf('confirmed:floating-promise'), 0);
  });
});

describe('evidence that cannot be used ends with code 2 and one message', { concurrency: 3 }, () => {
  const cases: Readonly<Record<string, readonly [Readonly<Record<string, string>>, RegExp]>> = {
    'nothing there': [{}, /^--evidence \.rubato: nothing is there; `rubato run` writes evidence into \.rubato\n$/],
    'a run that has not ended': [
      { '.rubato/runs/a/run.json': '{}' },
      /^--evidence \.rubato: the folder holds no evidence\.json, nor a \.rubato with one; `rubato run` writes it when the program has ended\n$/,
    ],
    truncated: [
      { '.rubato/evidence.json': evidence.slice(0, -2) },
      /^--evidence \.rubato: the file is damaged: it is no JSON\n$/,
    ],
    'something else': [
      { '.rubato/evidence.json': '{"version":"x"}' },
      /^--evidence \.rubato: the file is no evidence of a run\n$/,
    ],
    'of the future': [
      { '.rubato/evidence.json': '{"version":9}' },
      /^--evidence \.rubato: the file has version 9, and this Rubato reads version 1: run the program again\n$/,
    ],
    'a folder in its place': [{ '.rubato/evidence.json/x': '' }, /^--evidence \.rubato: it is not a regular file\n$/],
  };
  for (const [name, [files, message]] of Object.entries(cases))
    test(name, async (t) => {
      await checkRefused(t, files, ['--evidence', '.rubato'], message);
    });

  test('conditions without evidence, and mistaken ones', async (t) => {
    await checkRefused(
      t,
      {},
      ['--fail-on', 'observed:any'],
      /^--fail-on is about what a run showed: name its evidence/,
    );
    const args = ['--evidence', '.rubato', '--fail-on', 'observed:blokking'];
    await checkRefused(t, {}, args, /did you mean "blocking"\?\n {2}observed:blokking\n {11}\^\n$/);
  });
});

test('broken entries are left out with a note', async (t) => {
  const entries = { ...run.file, functions: [...run.file.functions, { file: '../../etc/passwd', name: 'x', line: 1 }] };
  const folder = await temporaryFolder(t, { ...project, '.rubato/evidence.json': JSON.stringify(entries) });
  const { stdout } = await runRubato(folder, ['--evidence', '.rubato']);
  assert.match(stdout, /\nnote {2}\.rubato\/evidence\.json: 1 entry is not well formed: left out\n/);
  assert.match(stdout, /confirmed \d+ days ago: blocked the loop 412 ms/);
});

async function checkRefused(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  args: readonly string[],
  message: RegExp,
): Promise<void> {
  const { '.rubato/evidence.json': _, ...rest } = project;
  const folder = await temporaryFolder(t, { ...rest, ...files });
  const { code, stdout, stderr } = await runRubato(folder, args);
  assert.match(stderr, message);
  assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
}
