/** What the server shows of runs: squiggles, hovers, lenses and hints, from evidence that a real run or a hand wrote. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MarkupContent, type CodeLens, type Diagnostic, type Hover, type InlayHint } from 'vscode-languageserver/node';
import { startClient, type Client, type ClientSetup } from '#scripts/lspClient.ts';
import { runRubato } from '../cli/runRubato.ts';
import { each, TracedRun } from '../evidence/tracedRun.ts';

const tsconfig = JSON.stringify({ compilerOptions: { target: 'es2022', module: 'esnext', strict: true, types: [] } });
const node =
  "declare module 'node:fs' { export function readFileSync(path: string, encoding: string): string; }\ndeclare module 'node:timers/promises' { export function setTimeout(ms: number): Promise<void>; }\n";
const load = `import { readFileSync } from 'node:fs';
export async function load(path: string): Promise<string> {
  return readFileSync(path, 'utf8');
}
export async function wait(): Promise<void> {
  await new Promise(() => undefined);
}
`;
const head = 'async function load';
const read = `readFileSync(path, 'utf8')`;
const slow = { count: 3, p50: 96, p95: 400, max: 412 };
const evidencePath = '.rubato/evidence.json';

function blockedRun(sources: Readonly<Record<string, string>> = { 'a.ts': load }): TracedRun {
  return new TracedRun(sources, { startedAt: Date.now() - 5 * 60_000 - 4200 })
    .loaded('a.ts', head, 120)
    .saw('a.ts', read, { head, count: 3, durationMs: slow });
}

function setup(run: TracedRun | undefined, more: Partial<ClientSetup> = {}): ClientSetup {
  const evidence = run === undefined ? {} : { [evidencePath]: JSON.stringify(run.file) };
  return { ...more, files: { 'tsconfig.json': tsconfig, 'node.d.ts': node, 'a.ts': load, ...evidence, ...more.files } };
}

async function opened(t: Parameters<typeof startClient>[0], given: ClientSetup): Promise<Client> {
  const client = await startClient(t, given);
  await client.open('a.ts', given.files['a.ts'] ?? '');
  await client.findings('a.ts');
  return client;
}

/** First lines of the messages, as the list of problems shows them. */
function shown(client: Client, path = 'a.ts'): readonly string[] {
  return client.shown(path).map((diagnostic) => messageOf(diagnostic).split('\n')[0] ?? '');
}

function messageOf(diagnostic: Diagnostic | undefined): string {
  const { message = '' } = diagnostic ?? {};
  return typeof message === 'string' ? message : message.value;
}

async function lenses(client: Client, path = 'a.ts'): Promise<readonly string[]> {
  const textDocument = { uri: client.uri(path) };
  const found: readonly CodeLens[] = await client.connection.sendRequest('textDocument/codeLens', { textDocument });
  return found.map(({ range, command }) => `${range.start.line + 1}: ${command?.title}`);
}

async function hints(client: Client, lines = 100): Promise<readonly InlayHint[]> {
  const range = { start: { line: 0, character: 0 }, end: { line: lines, character: 0 } };
  return client.connection.sendRequest('textDocument/inlayHint', { textDocument: { uri: client.uri('a.ts') }, range });
}

async function hover(client: Client, words: string, text = load): Promise<string> {
  const before = text.slice(0, text.indexOf(words)).split('\n');
  const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  const textDocument = { uri: client.uri('a.ts') };
  const found: Hover | null = await client.connection.sendRequest('textDocument/hover', { textDocument, position });
  if (found === null) return 'nothing';
  assert.ok(MarkupContent.is(found.contents));
  return found.contents.value;
}

/** Tells the server that a file of the workspace was written. */
function written(client: Client, path: string): Promise<void> {
  return client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: client.uri(path), type: 2 }] });
}

const plain = '`readFileSync` blocks the event loop';
const confirmed = `${plain} — confirmed: blocked up to 412 ms, 3 times`;

test('a finding is confirmed with its cost, in the same severity', async (t) => {
  const without = await opened(t, setup(undefined));
  const client = await opened(t, setup(blockedRun()));
  assert.deepEqual(shown(without), [plain]);
  assert.deepEqual(shown(client), [confirmed]);
  assert.equal(client.shown('a.ts')[0]?.severity, without.shown('a.ts')[0]?.severity);
  const actions = await client.actions('a.ts', { start: { line: 2, character: 10 }, end: { line: 2, character: 10 } });
  assert.deepEqual(actions.at(-1)?.diagnostics, client.shown('a.ts'));
});

test('lens, hint and hover show what was measured', async (t) => {
  const run = blockedRun()
    .loaded('a.ts', 'async function wait', 5)
    .saw('a.ts', 'new Promise', {
      head: 'async function wait',
      kind: 'pending-at-exit',
      count: 3,
      durationMs: { count: 3, p50: 9000, p95: 12_000, max: 12_000 },
    });
  const client = await opened(t, setup(run));
  assert.deepEqual(await lenses(client), ['2: ran 120× · blocked 412 ms', '5: ran 5× · 3 pending at exit']);
  assert.deepEqual(
    (await hints(client)).map(({ position, label }) => [position, label]),
    [
      [{ line: 2, character: 36 }, '⏱ max 412 ms · 3×'],
      [{ line: 5, character: 37 }, '3 pending · oldest 12 s'],
    ],
  );
  assert.equal((await hints(client, 2)).length, 1);
  assert.equal(
    await hover(client, 'load'),
    `\`load\` in the run of \`node main.ts\` 5 minutes ago

| | |
|:--|:--|
| Entered | 120 times |
| Blocked the loop | 3 times · max 412 ms |
| Last run | 5 minutes ago |`,
  );
  assert.equal(
    await hover(client, 'readFileSync(path'),
    'Confirmed in the run of `node main.ts` 5 minutes ago: blocked the loop 412 ms at most, 3 times (p50 96 ms)',
  );
  assert.equal(await hover(client, 'path: string'), 'nothing');
});

test('evidence that is written, replaced and removed is followed', async (t) => {
  const client = await opened(t, setup(undefined));
  assert.deepEqual(await lenses(client), []);
  client.write(evidencePath, JSON.stringify(blockedRun().file));
  await written(client, evidencePath);
  await client.until('a confirmed finding', () => shown(client)[0] === confirmed);
  await client.until('a call for new lenses', () => client.refreshes.includes('workspace/codeLens/refresh'));
  await client.until('a call for new hints', () => client.refreshes.includes('workspace/inlayHint/refresh'));
  assert.deepEqual(await lenses(client), ['2: ran 120× · blocked 412 ms']);
  client.write(evidencePath, JSON.stringify(new TracedRun({ 'a.ts': load }).loaded('a.ts', head, 7).file));
  await written(client, evidencePath);
  await client.until('a finding that is not confirmed', () => shown(client)[0] === plain);
  assert.deepEqual(await lenses(client), ['2: ran 7×']);
  await client.until('a status with evidence', () => client.statuses.at(-1)?.evidence !== undefined);
  client.write(evidencePath, '{ "version": 1');
  await written(client, evidencePath);
  await client.until('the reason in the log', () => client.log.some((line) => line.endsWith('it is no JSON')));
  // The reason is told while the file is checked; what it showed goes when that check is done.
  await client.until('a status without', () => client.statuses.at(-1)?.evidence === undefined);
  assert.deepEqual(await lenses(client), []);
  client.write(evidencePath, JSON.stringify(blockedRun().file));
  await written(client, '.rubato');
  await client.until('a confirmed finding', () => shown(client)[0] === confirmed);
});

test('what only the run knows is information at its line, and goes with its text', async (t) => {
  const text = `function spin(ms: number): void {
  for (const end = Date.now() + ms; Date.now() < end; );
}
export async function main(): Promise<void> {
  await null;
  spin(120);
}
`;
  const run = new TracedRun({ 'a.ts': text }).loaded('a.ts', 'async function main', 1).saw('a.ts', 'for (const', {
    offset: undefined,
    label: 'spin',
    durationMs: each(120, 5),
    count: 5,
    head: 'function spin',
  });
  const client = await opened(t, setup(run, { files: { 'a.ts': text } }));
  const [finding, ...others] = client.shown('a.ts');
  assert.deepEqual(others, []);
  assert.match(messageOf(finding), /^`spin` blocked the loop 120 ms at most, 5 times \(p50 120 ms\) — seen in a run\n/);
  assert.equal(finding?.severity, 3);
  assert.equal(finding?.range.start.line, 1);
  const titles = (await client.actions('a.ts', finding.range)).map(({ title }) => title);
  assert.deepEqual(titles, [
    'Explain rule blocking-call',
    'Suppress blocking-call here',
    'Disable rule blocking-call in rubato.jsonc',
  ]);
  await client.change('a.ts', 2, text.replace('+ ms', '+ 2 * ms'));
  assert.deepEqual(await client.findings('a.ts', 2), []);
});

test('evidence moves with its function while somebody types, and goes stale with its text', async (t) => {
  const client = await opened(t, setup(blockedRun()));
  const moved = `// One.\n// Two.\n${load}`;
  await client.change('a.ts', 2, moved);
  assert.deepEqual(await lenses(client), ['4: ran 120× · blocked 412 ms']);
  assert.deepEqual(shown(client), [confirmed]);
  const changed = load.replace("'utf8'", "'latin1'");
  await client.change('a.ts', 3, changed);
  assert.deepEqual(await lenses(client), ['2: changed since the last run']);
  assert.deepEqual(shown(client), [plain]);
  assert.deepEqual(await hints(client), []);
  assert.match(
    await hover(client, 'load', changed),
    /^`load` changed since the run of .*\n\n.*\n.*\n\| Entered \| 120 times \|\n/,
  );
});

test('a path ends where the run saw the trouble', async (t) => {
  const main = `import { text } from './b';
export async function handle(): Promise<string> {
  return text();
}
`;
  const helper = `import { readFileSync } from 'node:fs';
export function text(): string {
  return readFileSync('x', 'utf8');
}
`;
  const sources = { 'a.ts': main, 'b.ts': helper };
  const run = new TracedRun(sources)
    .loaded('a.ts', 'async function handle', 3)
    .saw('b.ts', 'readFileSync(', { head: 'function text', durationMs: each(70) });
  const client = await opened(t, setup(run, { files: sources }));
  assert.match(shown(client)[0] ?? '', / — confirmed: blocked 70 ms, once$/);
  const last = client.shown('a.ts')[0]?.relatedInformation?.at(-1);
  assert.equal(last?.location.uri, client.uri('b.ts'));
  assert.match(last?.message ?? '', / — seen here: blocked 70 ms, once$/);
});

test('what a real run leaves is found, in the functions that ran', async (t) => {
  const text = `import { setTimeout as sleep } from 'node:timers/promises';
async function save(): Promise<void> {
  await sleep(1);
  throw new TypeError('no');
}
async function wait(): Promise<void> {
  await new Promise(() => undefined);
}
for (let round = 0; round < 3; round++) {
  try {
    await save();
  } catch {}
  void wait();
}
`;
  const client = await opened(
    t,
    setup(undefined, { files: { 'a.ts': text, 'package.json': '{ "type": "module" }', '.git/HEAD': '' } }),
  );
  const before = shown(client);
  assert.deepEqual(await runRubato(client.root, ['run', '--quiet', 'node', 'a.ts']), {
    code: 0,
    stdout: '',
    stderr: '',
  });
  await written(client, evidencePath);
  await client.until('a confirmed finding', () => shown(client).some((message) => message.includes('confirmed')));
  assert.equal(shown(client)[0], `${before[0]} — confirmed: dropped 3 errors (TypeError)`);
  const [save = '', wait = '', ...others] = await lenses(client);
  assert.deepEqual(others, []);
  assert.match(save, /^2: ran 3× · p95 [\d.]+ ms$/);
  assert.match(wait, /^6: ran 3× · 3 pending at exit$/);
  const labels = (await hints(client)).map(({ position, label }) => `${position.line + 1}: ${JSON.stringify(label)}`);
  assert.match(labels.join(), /^7: "3 pending · oldest [\d.]+ m?s",12: "3 errors dropped"$/);
});

test('settings switch it off, one by one and all', async (t) => {
  const client = await opened(t, setup(blockedRun()));
  const configure = async (evidence: object): Promise<void> => {
    client.settings = { evidence };
    const before = client.analyzed.length;
    await client.notify('workspace/didChangeConfiguration', { settings: null });
    await client.until('a new check', () => client.analyzed.slice(before).some(({ scope }) => scope === 'program'));
  };
  await configure({ codeLens: false, inlayHints: false });
  assert.deepEqual([shown(client), await lenses(client), await hints(client)], [[confirmed], [], []]);
  assert.match(await hover(client, 'load'), /Entered/);
  await configure({ hover: false });
  assert.deepEqual([(await hints(client)).length, await hover(client, 'load')], [1, 'nothing']);
  await configure({ enable: false });
  assert.deepEqual([shown(client), await hover(client, 'load')], [[plain], 'nothing']);
  await configure({});
  assert.deepEqual(shown(client), [confirmed]);
});

test('each folder has its own evidence, that of folders above counts too', async (t) => {
  const relative = { 'a.ts': load };
  const client = await opened(
    t,
    setup(undefined, {
      files: {
        'packages/one/a.ts': load,
        'packages/one/.rubato/evidence.json': JSON.stringify(blockedRun(relative).file),
        'packages/two/a.ts': load,
      },
    }),
  );
  await client.open('packages/one/a.ts', load);
  await client.open('packages/two/a.ts', load);
  await client.findings('packages/one/a.ts');
  await client.findings('packages/two/a.ts');
  assert.deepEqual([shown(client, 'packages/one/a.ts'), shown(client, 'packages/two/a.ts')], [[confirmed], [plain]]);
});

test('names and labels of hostile evidence are shown, and do nothing', async (t) => {
  const evil = '[x](command:evil) <img src=x onerror=1> a\\|b `${"\u202e\u001b[31m\n# h';
  const unsafe = /[\p{Cc}\u202e]/u;
  const run = new TracedRun({ 'a.ts': load }, { command: evil, startedAt: Date.now() })
    .loaded('a.ts', head, 1)
    .saw('a.ts', read, { head, label: evil, kind: 'unhandled', errorClasses: [evil] });
  const client = await opened(t, setup(run));
  const [hint] = await hints(client);
  assert.ok(MarkupContent.is(hint?.tooltip));
  const texts = [await hover(client, 'load'), await hover(client, 'readFileSync(path'), hint.tooltip.value];
  for (const text of texts) {
    // What is left when code spans are taken out must hold no markup that was not escaped.
    const rest = text.replaceAll(/`[^`\n]*`/g, '').replaceAll(/\\[^\w\s]/g, '');
    assert.doesNotMatch(rest, /[<>[\]]|command:/, text);
    assert.doesNotMatch(text.replaceAll('\n', ''), unsafe);
  }
  for (const finding of client.shown('a.ts')) assert.doesNotMatch(messageOf(finding).replace('\n', ''), unsafe);
});

test('a lens calls the client only where the client can show a trace', async (t) => {
  const commandOf = async (canShowTrace: boolean) => {
    const client = await opened(t, setup(blockedRun(), { options: { canShowTrace } }));
    const textDocument = { uri: client.uri('a.ts') };
    const [lens]: readonly CodeLens[] = await client.connection.sendRequest('textDocument/codeLens', { textDocument });
    return { uri: textDocument.uri, lens };
  };
  const { uri, lens } = await commandOf(true);
  assert.equal(lens?.command?.command, 'rubato.showTrace');
  assert.deepEqual(lens.command.arguments, [{ uri, line: 2, name: 'load' }]);
  assert.equal((await commandOf(false)).lens?.command?.command, '');
});

test('the status tells the age of the evidence and what it confirmed, and closing a file takes it back', async (t) => {
  const run = blockedRun();
  const client = await opened(t, setup(run));
  const endedAt = run.file.startedAt + run.file.durationMs;
  const expected = JSON.stringify({ endedAt, confirmed: 1, observed: 0 });
  await client.until('a status', () => JSON.stringify(client.statuses.at(-1)?.evidence) === expected);
  await client.close('a.ts');
  await client.until('a status without', () => client.statuses.at(-1)?.evidence === undefined);
});
