/** Findings of the files of a run, asked for by the trace panel: most of them nobody has open. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { runFindingsLimits, runFindingsRequest, type RunFindings, type RunFindingsParams } from '#protocol/lsp.ts';
import { startClient, type Client } from '#scripts/lspClient.ts';
import { TracedRun } from '../evidence/tracedRun.ts';

const tsconfig = JSON.stringify({ compilerOptions: { target: 'es2022', module: 'esnext', strict: true, types: [] } });
const node = "declare module 'node:fs' { export function readFileSync(path: string, encoding: string): string; }\n";
const load = `import { readFileSync } from 'node:fs';
export async function load(path: string): Promise<string> {
  return readFileSync(path, 'utf8');
}
`;
const floating = `async function save(): Promise<void> {
  if (Math.random() > 1) throw new Error('no');
}
export async function run(): Promise<void> {
  save();
}
`;
const files = { 'tsconfig.json': tsconfig, 'node.d.ts': node, 'src/load.ts': load, 'src/run.ts': floating };
const blocked = new TracedRun({ 'src/load.ts': load })
  .loaded('src/load.ts', 'async function load', 3)
  .saw('src/load.ts', 'readFileSync(path', {
    head: 'async function load',
    count: 3,
    durationMs: { count: 3, p50: 96, p95: 400, max: 412 },
  });
const evidence = JSON.stringify(blocked.file);

function ask(client: Client, asked: readonly string[], more: Partial<RunFindingsParams> = {}): Promise<RunFindings> {
  return client.connection.sendRequest(runFindingsRequest, { root: client.uri(''), files: asked, ...more });
}

function told({ findings }: RunFindings): readonly string[] {
  return findings.map(({ ruleId, verdict, at: { file, line } }) => `${file}:${line} ${ruleId} ${verdict}`);
}

test('files that nobody has open have findings, and the run confirms them', async (t) => {
  const client = await startClient(t, { files: { ...files, '.rubato/evidence.json': evidence } });
  const { findings, isWhole } = await ask(client, ['src/load.ts', 'src/run.ts']);
  assert.equal(isWhole, true);
  assert.deepEqual(findings[0], {
    ruleId: 'blocking-call',
    severity: 'error',
    message: '`readFileSync` blocks the event loop',
    verdict: 'confirmed',
    evidence: 'blocked the loop 412 ms at most, 3 times (p50 96 ms)',
    at: { file: 'src/load.ts', line: 3, column: 10, isInside: true },
  });
  assert.deepEqual(told({ findings: findings.slice(1), isWhole }), ['src/run.ts:5 floating-promise none']);
});

test('the text of the editor counts, and suppressions, severities and ignored files as in its diagnostics', async (t) => {
  const client = await startClient(t, {
    files: { ...files, 'gen/a.ts': floating, 'rubato.jsonc': '{ "ignores": ["gen/"] }' },
    settings: { rules: { 'blocking-call': 'hint' } },
  });
  const suppressed = floating.replace('  save();', '  // rubato-ignore-next-line floating-promise\n  save();');
  await client.open('src/run.ts', suppressed);
  await client.findings('src/run.ts');
  const answer = await ask(client, ['src/run.ts', 'gen/a.ts', 'src/load.ts']);
  assert.deepEqual(told(answer), ['src/load.ts:3 blocking-call none']);
  assert.equal(answer.findings[0]?.severity, 'hint');
});

test('files without tsconfig are one program beside that of the open ones', async (t) => {
  const loose = {
    'node.d.ts': node,
    'load.js': 'import { save } from "./save.js";\nexport async function all() {\n  save();\n}\n',
    'save.js': 'export async function save() { throw new Error("x"); }\n',
    'open.js': 'async function go() { throw new Error("x"); }\ngo();\n',
  };
  const client = await startClient(t, { files: loose });
  await client.open('open.js', loose['open.js']);
  await client.findings('open.js');
  const answer = await ask(client, ['load.js', 'open.js', 'save.js', 'node.d.ts', 'missing.js']);
  assert.deepEqual(told(answer), ['load.js:3 floating-promise none', 'open.js:2 floating-promise none']);
  assert.equal(client.shown('open.js').length, 1);
});

test('one run is asked for by its name; without evidence of its own it says nothing', async (t) => {
  const client = await startClient(t, {
    files: { ...files, '.rubato/runs/one/evidence.json': evidence, '.rubato/runs/two/run.json': '{}' },
  });
  assert.deepEqual(told(await ask(client, ['src/load.ts'], { run: 'one' })), ['src/load.ts:3 blocking-call confirmed']);
  for (const run of ['two', '../runs/one', '..', undefined]) {
    const answer = await ask(client, ['src/load.ts'], run === undefined ? {} : { run });
    assert.deepEqual(told(answer), ['src/load.ts:3 blocking-call none'], run);
  }
});

test('a changed function is stale, and one that ran well is not observed', async (t) => {
  const run = new TracedRun({ 'src/load.ts': load, 'src/run.ts': floating })
    .loaded('src/load.ts', 'async function load', 3)
    .loaded('src/run.ts', 'async function run', 7)
    .loaded('src/run.ts', 'async function save', 7);
  const changed = { 'src/load.ts': load.replace('utf8', 'latin1') };
  const client = await startClient(t, {
    files: { ...files, ...changed, '.rubato/evidence.json': JSON.stringify(run.file) },
  });
  assert.deepEqual(told(await ask(client, ['src/load.ts', 'src/run.ts'])), [
    'src/load.ts:3 blocking-call stale',
    'src/run.ts:5 floating-promise not-observed',
  ]);
});

test('nothing outside the workspace is read, whatever a trace names', async (t) => {
  const outside = mkdtempSync(join(tmpdir(), 'rubato-outside-'));
  t.after(() => rmSync(outside, { recursive: true, force: true }));
  writeFileSync(join(outside, 'secret.ts'), floating);
  const client = await startClient(t, { files });
  symlinkSync(join(outside, 'secret.ts'), join(client.root, 'src/link.ts'));
  const name = outside.split('/').at(-1) ?? '';
  const hostile = ['../x/src/run.ts', `../${name}/secret.ts`, join(outside, 'secret.ts'), 'src/link.ts', '', '\0'];
  assert.deepEqual(told(await ask(client, hostile)), []);
  assert.deepEqual(told(await ask(client, [`${name}/secret.ts`], { root: client.uri('..') })), []);
  for (const root of ['', 'http://x/', 'file://%', client.root])
    assert.deepEqual(await ask(client, ['src/run.ts'], { root }), { findings: [], isWhole: false });
  // The workspace itself may be reached through a folder above it.
  const inside = `${client.root.split('/').at(-1)}/src/run.ts`;
  assert.deepEqual(told(await ask(client, [inside], { root: client.uri('..') })), [
    `${inside}:5 floating-promise none`,
  ]);
});

test('open files are answered in between, and nobody waits for a request that is canceled', async (t) => {
  const many = Object.fromEntries(Array.from({ length: 320 }, (_, at) => [`src/many${at}.ts`, floating]));
  const client = await startClient(t, { files: { ...files, ...many } });
  const canceled = new CancellationTokenSource();
  const params: RunFindingsParams = { root: client.uri(''), files: Object.keys(many) };
  const events: string[] = [];
  const first = client.connection.sendRequest<RunFindings>(runFindingsRequest, params, canceled.token);
  const second = ask(client, Object.keys(many)).then((answer) => {
    events.push('run');
    return answer;
  });
  await client.open('src/run.ts', floating);
  await client.findings('src/run.ts');
  events.push('open');
  canceled.cancel();
  await first.catch(() => undefined);
  const answer = await second;
  assert.deepEqual(events, ['open', 'run']);
  assert.equal(answer.findings.length, runFindingsLimits.files);
  assert.equal(answer.isWhole, false);
  assert.equal(await client.shutdown(), 0);
});
