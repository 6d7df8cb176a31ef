import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { exitOf, startClient, type Client } from '#scripts/lspClient.ts';

const floating = 'async function save() { throw new Error("no"); }\nsave();\n';
const fine = 'async function save() { throw new Error("no"); }\nawait save();\nexport {};\n';

/** Whatever was done to the server before: it must still find what is there. */
async function assertAlive(client: Client): Promise<void> {
  await client.open('alive.js', floating);
  assert.equal((await client.findings('alive.js')).length, 1);
}

function raw(client: Client, text: string): void {
  client.process.stdin?.write(text);
}

test('malformed messages do not end the server', async (t) => {
  const client = await startClient(t, { files: {} });
  for (const body of [
    '{ broken',
    '[]',
    'null',
    '"text"',
    '{"jsonrpc":"2.0"}',
    '{"jsonrpc":"2.0","id":{},"method":5}',
  ]) {
    raw(client, `Content-Length: ${body.length}\r\n\r\n${body}`);
  }
  await assertAlive(client);
});

test('a broken header does not end the server', async (t) => {
  const client = await startClient(t, { files: {} });
  raw(client, 'Content-Type: nonsense\r\n\r\n');
  raw(client, 'Content-Length: many\r\n\r\n');
  await assertAlive(client);
});

test('unknown methods and wrong parameters are answered with errors', async (t) => {
  const client = await startClient(t, { files: {} });
  await assert.rejects(client.connection.sendRequest('textDocument/nonsense', { a: 1 }));
  await client.notify('$/nonsense', {});
  await client.notify('textDocument/didOpen', { textDocument: 5 });
  await client.notify('textDocument/didChange', { textDocument: { uri: 5 } });
  await client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: 'no uri', type: 99 }] });
  await client.notify('workspace/didChangeConfiguration', {
    settings: { rubato: { rules: 7, engine: {}, typescript: [] } },
  });
  await assertAlive(client);
});

test('wrong positions, changes out of order, and close before open are survived', async (t) => {
  const client = await startClient(t, { files: {} });
  await client.close('a.js');
  await client.change('a.js', 9, floating);
  await client.open('a.js', fine, 5);
  const contentChanges = [
    { range: { start: { line: 1e9, character: -5 }, end: { line: -1, character: 1e9 } }, text: '' },
  ];
  await client.notify('textDocument/didChange', {
    textDocument: { uri: client.uri('a.js'), version: 6 },
    contentChanges,
  });
  await client.change('a.js', 7, floating);
  await client.change('a.js', 3, fine);
  assert.equal((await client.findings('a.js', 7)).length, 1);
  const far = { line: 1e6, character: 1e6 };
  assert.deepEqual(await client.actions('a.js', { start: far, end: far }), []);
  await client.open('a.js', fine, 8);
  assert.equal((await client.findings('a.js', 8)).length, 0);
  await client.close('a.js');
  await client.close('a.js');
  await assertAlive(client);
});

test('documents that are no files, and files that cannot be parsed, are survived', async (t) => {
  const client = await startClient(t, { files: {} });
  for (const uri of [
    'untitled:Untitled-1',
    'git:/a.ts?x',
    'file://host/share/a.ts',
    'file:///%ZZ.ts',
    'nonsense',
    '',
  ]) {
    await client.notify('textDocument/didOpen', {
      textDocument: { uri, languageId: 'typescript', version: 1, text: floating },
    });
  }
  const odd = {
    'deep.ts': '('.repeat(20_000),
    'broken.ts': 'async function { ((( `${',
    'empty.ts': '',
    'zero.ts': '\0\0\ud800',
    'long.ts': `//${'x'.repeat(2e6)}`,
  };
  for (const [path, text] of Object.entries(odd)) {
    await client.open(path, text);
    assert.deepEqual(await client.findings(path), [], path);
  }
  await assertAlive(client);
});

test('the last of 10,000 edits is the one that counts', async (t) => {
  const client = await startClient(t, { files: {} });
  await client.open('a.js', fine, 1);
  const last = 10_001;
  for (let version = 2; version <= last; version++)
    await client.change('a.js', version, version % 2 === 0 ? fine : floating);
  assert.equal((await client.findings('a.js', last)).length, 1);
  assert(client.analyzed.length < last, 'overtaken versions are given up');
});

test('requests are answered while the analysis works, and canceled ones do no harm', async (t) => {
  const client = await startClient(t, { files: {} });
  await client.open('a.js', floating);
  await client.findings('a.js');
  const place = { start: { line: 1, character: 1 }, end: { line: 1, character: 1 } };
  const requests = Array.from({ length: 200 }, () => client.actions('a.js', place));
  const all = await Promise.all(requests);
  assert(all.every((actions) => actions.length > 0));
  await assertAlive(client);
});

test('a native compiler that dies is replaced, and after the third time the embedded one takes over', async (t) => {
  if (process.platform !== 'linux') return t.skip('finds the compiler through /proc');
  const client = await startClient(t, { files: {}, settings: { engine: 'native' } });
  await client.open('a.js', floating);
  await client.findings('a.js');
  for (let version = 2; version <= 4; version++) {
    for (const pid of childrenOf(client.process.pid ?? 0)) process.kill(pid, 'SIGKILL');
    await client.change('a.js', version, floating + '\n'.repeat(version));
    assert.equal((await client.findings('a.js', version)).length, 1);
  }
  const engines = client.log.filter((line) => /engine, TypeScript/.test(line)).map((line) => line.split(' ')[0]);
  assert.deepEqual(engines, ['native', 'native', 'native', 'embedded']);
});

test('the server ends within 5 s when its parent is killed', async () => {
  // A parent between us and the server, whose death leaves the server's pipes open.
  const script = `
    const { spawn } = require('node:child_process');
    const server = spawn(process.execPath, ['dist/server.js', '--stdio', '--clientProcessId=' + process.pid], { stdio: ['inherit', 'ignore', 'ignore'] });
    console.log(server.pid);
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [output] = await once(parent.stdout, 'data');
  const server = Number(String(output));
  const start = performance.now();
  parent.kill('SIGKILL');
  await exitOf(parent);
  while (isRunning(server) && performance.now() - start < 10_000)
    await new Promise((resolve) => setTimeout(resolve, 50));
  assert(performance.now() - start < 5000, 'the server outlived its parent by more than 5 s');
});

/** Processes started by any thread of a process. */
function childrenOf(pid: number): readonly number[] {
  const lists = globSync(`/proc/${pid}/task/*/children`).map((file) => readFileSync(file, 'utf8'));
  return lists.flatMap((list) =>
    list
      .split(' ')
      .filter((each) => each !== '')
      .map(Number),
  );
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // ESRCH: there is no such process.
    return false;
  }
}
