import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { TextEdit, type Diagnostic } from 'vscode-languageserver/node';
import { explainRequest, rulesRequest, type Explanation, type RuleSummary } from '#protocol/lsp.ts';
import { edited, startClient } from '#scripts/lspClient.ts';

const tsconfig = JSON.stringify({ compilerOptions: { target: 'es2022', module: 'esnext', strict: true, types: [] } });
const floating = `async function save(): Promise<void> {
  if (Math.random() > 1) throw new Error('no');
}

export async function run(): Promise<void> {
  save();
}
`;
const repaired = floating.replace('  save();', '  await save();');
const place = { start: { line: 5, character: 4 }, end: { line: 5, character: 4 } };

const engines = ['native', 'embedded'] as const;

function rulesIn(findings: readonly Diagnostic[]): readonly unknown[] {
  return findings.map(({ code }) => code);
}

for (const engine of engines) {
  test(`from initialize to exit: ${engine}`, async (t) => {
    const client = await startClient(t, {
      files: { 'tsconfig.json': tsconfig, 'a.ts': floating },
      settings: { engine },
    });
    await client.open('a.ts', floating);
    const [finding, ...others] = await client.findings('a.ts');
    assert.deepEqual(others, []);
    assert.equal(finding?.code, 'floating-promise');
    assert.equal(finding.source, 'rubato');
    assert.equal(finding.severity, 1);
    assert.match(finding.codeDescription?.href ?? '', /docs\/rules\/floating-promise\.md$/);
    assert.deepEqual(finding.range, { start: { line: 5, character: 2 }, end: { line: 5, character: 8 } });

    await client.change('a.ts', 2, repaired);
    assert.deepEqual(await client.findings('a.ts', 2), []);
    await client.change('a.ts', 3, floating);
    assert.deepEqual(rulesIn(await client.findings('a.ts', 3)), ['floating-promise']);

    await client.close('a.ts');
    await client.until('a clearing of a.ts', () => client.shown('a.ts').length === 0);
    assert.equal(await client.shutdown(), 0);
    assert.deepEqual(await readdir(client.temporary), [], 'no temporary file stays behind');
  });
}

test('what a file tells by itself is there before the program is known', async (t) => {
  const client = await startClient(t, {
    files: { 'tsconfig.json': tsconfig, 'a.ts': floating },
  });
  await client.open('a.ts', floating);
  await client.findings('a.ts');
  assert.deepEqual(client.analyzed.map(({ scope, findings }) => [scope, findings])[0], ['local', 1]);
});

test('quick fixes: the preferred one first, explanation, suppression and disabling last', async (t) => {
  const client = await startClient(t, { files: { 'tsconfig.json': tsconfig, 'a.ts': floating } });
  await client.open('a.ts', floating);
  await client.findings('a.ts');
  const actions = await client.actions('a.ts', place);
  assert.match(actions[0]?.title ?? '', /await/i);
  assert.equal(actions.filter(({ isPreferred }) => isPreferred === true).length, 1);
  assert.deepEqual(
    actions.slice(-3).map(({ title }) => title),
    [
      'Explain rule floating-promise',
      'Suppress floating-promise here',
      'Disable rule floating-promise in rubato.jsonc',
    ],
  );
  assert.equal(edited(floating, actions[0]?.edit?.changes?.[client.uri('a.ts')] ?? []), repaired);
  const suppressed = edited(floating, actions.at(-2)?.edit?.changes?.[client.uri('a.ts')] ?? []);
  await client.change('a.ts', 2, suppressed);
  assert.deepEqual(await client.findings('a.ts', 2), []);
});

test('a rule is disabled in a new rubato.jsonc, and where a setting of the editor would win it is not offered', async (t) => {
  const client = await startClient(t, { files: { 'tsconfig.json': tsconfig, 'a.ts': floating } });
  await client.open('a.ts', floating);
  await client.findings('a.ts');
  const actions = await client.actions('a.ts', place);
  const [create, write] = actions.at(-1)?.edit?.documentChanges ?? [];
  const uri = client.uri('rubato.jsonc');
  assert.deepEqual(create, { kind: 'create', uri, options: { ignoreIfExists: true } });
  assert(write !== undefined && 'edits' in write && write.textDocument.uri === uri);
  client.write('rubato.jsonc', edited('', write.edits.filter(TextEdit.is)));
  await client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 1 }] });
  await client.until('a.ts without findings', () => client.shown('a.ts').length === 0);

  client.settings = { rules: { 'floating-promise': 'warning' } };
  await client.notify('workspace/didChangeConfiguration', { settings: null });
  await client.until('the finding of a.ts', () => client.shown('a.ts').length === 1);
  assert.doesNotMatch((await client.actions('a.ts', place)).at(-1)?.title ?? '', /Disable/);
});

test('fix-all leaves unsafe fixes alone and removes unused suppressions', async (t) => {
  const text = `// rubato-ignore-next-line floating-promise\nexport const a = 1;\n${floating}`;
  const client = await startClient(t, { files: { 'tsconfig.json': tsconfig, 'a.ts': text } });
  await client.open('a.ts', text);
  await client.findings('a.ts');
  const [action, ...others] = await client.actions('a.ts', place, ['source.fixAll.rubato']);
  assert.deepEqual(others, []);
  const after = edited(text, action?.edit?.changes?.[client.uri('a.ts')] ?? []);
  assert.doesNotMatch(after, /rubato-ignore/);
  assert.match(after, /\n {2}(await )?save\(\);/);
});

for (const engine of engines) {
  test(`a helper in another file is followed, with the path in the related information: ${engine}`, async (t) => {
    const files = {
      'tsconfig.json': tsconfig,
      'node.d.ts': "declare module 'node:fs' { export function readFileSync(path: string, encoding: string): string; }",
      'helper.ts':
        "import { readFileSync } from 'node:fs';\nexport function load(): string {\n  return readFileSync('x', 'utf8');\n}\n",
      'a.ts':
        "import { load } from './helper';\nexport async function handle(): Promise<string> {\n  return load();\n}\n",
    };
    const client = await startClient(t, { files, settings: { engine } });
    await client.open('a.ts', files['a.ts']);
    const [finding] = await client.findings('a.ts');
    assert.equal(finding?.code, 'blocking-call');
    const steps = finding.relatedInformation ?? [];
    assert.equal(steps.at(-1)?.location.uri, client.uri('helper.ts'));

    // The helper is repaired in its buffer, without being saved: the finding in the other file goes.
    await client.open('helper.ts', files['helper.ts']);
    await client.findings('helper.ts');
    await client.change('helper.ts', 2, 'export function load(): string {\n  return "x";\n}\n');
    await client.until('a.ts without findings', () => client.shown('a.ts').length === 0);
  });
}

for (const engine of engines) {
  test(`an open file follows what is typed in another one: ${engine}`, async (t) => {
    const main = `import { write } from './store';\nwrite();\n`;
    const store = `export function write(): void {\n  console.log('x');\n}\n`;
    const files = { 'tsconfig.json': tsconfig, 'main.ts': main, 'store.ts': store };
    const client = await startClient(t, { files, settings: { engine } });
    await client.open('main.ts', main);
    assert.deepEqual(await client.findings('main.ts'), []);
    await client.open('store.ts', store);
    await client.findings('store.ts');
    await client.change(
      'store.ts',
      2,
      store.replace('function write(): void', 'async function write(): Promise<void>'),
    );
    await client.until('a finding in main.ts', () => client.shown('main.ts').length === 1);
    assert.deepEqual(rulesIn(client.shown('main.ts')), ['floating-promise']);
    await client.change('store.ts', 3, store);
    await client.until('no finding in main.ts', () => client.shown('main.ts').length === 0);
  });
}

test('each folder has its own tsconfig, and files without one are analyzed too', async (t) => {
  const files = {
    'one/tsconfig.json': tsconfig,
    'one/a.ts': floating,
    'loose/b.js': 'async function go() { throw new Error("x"); }\ngo();\n',
  };
  const client = await startClient(t, { files });
  await client.open('one/a.ts', files['one/a.ts']);
  await client.open('loose/b.js', files['loose/b.js']);
  assert.deepEqual(rulesIn(await client.findings('one/a.ts')), ['floating-promise']);
  assert.deepEqual(rulesIn(await client.findings('loose/b.js')), ['floating-promise']);
});

test('settings of the client and rubato.jsonc decide', async (t) => {
  const files = { 'tsconfig.json': tsconfig, 'a.ts': floating, 'off/b.ts': floating };
  const client = await startClient(t, {
    files,
    settings: { rules: { 'floating-promise': 'warning', 'no-such-rule': 'error' } },
  });
  await client.open('a.ts', floating);
  assert.deepEqual(
    (await client.findings('a.ts')).map(({ severity }) => severity),
    [2],
  );
  client.write('off/rubato.jsonc', '{ "rules": { "floating-promise": "off" } } // the user has the last word');
  await client.open('off/b.ts', floating);
  assert.deepEqual(
    (await client.findings('off/b.ts')).map(({ severity }) => severity),
    [2],
  );
});

test('a folder where Rubato is switched off has no findings', async (t) => {
  const files = { 'tsconfig.json': tsconfig, 'a.ts': floating };
  const client = await startClient(t, { files, settings: { enable: false } });
  await client.open('a.ts', floating);
  assert.deepEqual(await client.findings('a.ts'), []);
  client.settings = { enable: true };
  await client.notify('workspace/didChangeConfiguration', { settings: null });
  await client.until('the finding of a.ts', () => client.shown('a.ts').length === 1);
});

test('a changed rubato.jsonc is read again', async (t) => {
  const client = await startClient(t, { files: { 'tsconfig.json': tsconfig, 'a.ts': floating } });
  await client.open('a.ts', floating);
  await client.findings('a.ts');
  client.write('rubato.jsonc', '{ "rules": { "floating-promise": "off" } }');
  await client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: client.uri('rubato.jsonc'), type: 1 }] });
  await client.until('a.ts without findings', () => client.shown('a.ts').length === 0);
  client.write('rubato.jsonc', '{ "rules": { "floating-promise": ');
  await client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: client.uri('rubato.jsonc'), type: 2 }] });
  await client.until('a.ts with its finding again', () => client.shown('a.ts').length === 1);
});

test('explains rules', async (t) => {
  const client = await startClient(t, { files: {} });
  const rules: readonly RuleSummary[] = await client.connection.sendRequest(rulesRequest);
  assert(rules.some(({ id, summary }) => id === 'floating-promise' && summary !== ''));
  const page: Explanation | null = await client.connection.sendRequest(explainRequest, { ruleId: 'floating-promise' });
  assert.match(page?.markdown ?? '', /^# /);
  assert.equal(await client.connection.sendRequest(explainRequest, { ruleId: 'constructor' }), null);
});
