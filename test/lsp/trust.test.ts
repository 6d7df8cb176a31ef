import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startClient, type Client } from '#scripts/lspClient.ts';
import { trustNotification } from '#protocol/lsp.ts';

const floating = 'async function save() { throw new Error("no"); }\nsave();\n';

/** A "compiler" in the workspace, named by the workspace's own settings, that leaves a trace when it is loaded. */
const evil = {
  'evil/node_modules/typescript/package.json': JSON.stringify({
    name: 'typescript',
    version: '7.0.0',
    exports: { './package.json': './package.json', './unstable/*': './index.js' },
  }),
  'evil/node_modules/typescript/index.js': `require('node:fs').writeFileSync(require('node:path').join(__dirname, '..', '..', '..', 'loaded'), '');`,
};

async function startWithCompiler(t: TestContext, isTrusted: boolean): Promise<Client> {
  const client = await startClient(t, { files: { ...evil, 'a.js': floating }, options: { isTrusted }, settings: {} });
  client.settings = { engine: 'auto', typescript: { path: join(client.root, 'evil/node_modules/typescript') } };
  await client.notify('workspace/didChangeConfiguration', { settings: null });
  await client.open('a.js', floating);
  assert.equal((await client.findings('a.js')).length, 1);
  return client;
}

test('a compiler named by the settings of an untrusted workspace is not loaded', async (t) => {
  const client = await startWithCompiler(t, false);
  assert(!existsSync(join(client.root, 'loaded')));
});

test('once the workspace is trusted, it is; that it is no compiler does no harm', async (t) => {
  const client = await startWithCompiler(t, false);
  await client.notify(trustNotification, { isTrusted: true });
  await client.change('a.js', 2, `${floating}\n`);
  assert.equal((await client.findings('a.js', 2)).length, 1);
  assert(existsSync(join(client.root, 'loaded')));
});

test('a client that says nothing about trust is not trusted', async (t) => {
  const client = await startWithCompiler(t, false);
  await client.notify(trustNotification, { isTrusted: 'yes' });
  await client.change('a.js', 2, `${floating}\n`);
  await client.findings('a.js', 2);
  assert(!existsSync(join(client.root, 'loaded')));
});

test('a configuration that names programs loads none of them, trusted or not', async (t) => {
  const program = `require('node:fs').writeFileSync(require('node:path').join(__dirname, 'loaded'), '');`;
  const files = {
    'rubato.jsonc': JSON.stringify({ extends: ['./evil.cjs'], plugins: ['./evil.cjs'], parser: './evil.cjs' }),
    'package.json': JSON.stringify({ main: './evil.cjs', rubato: { extends: './evil.cjs' } }),
    'evil.cjs': program,
    'rubato.config.js': program,
    'node_modules/typescript/package.json': evil['evil/node_modules/typescript/package.json'],
    'node_modules/typescript/index.js': program.replace(`'loaded'`, `'..', '..', 'loaded'`),
    'a.js': floating,
  };
  for (const isTrusted of [true, false]) {
    const client = await startClient(t, { files, options: { isTrusted }, settings: { engine: 'auto' } });
    await client.open('a.js', floating);
    assert.equal((await client.findings('a.js')).length, 1);
    assert(client.log.some((line) => line.includes('rubato.jsonc')));
    assert(!existsSync(join(client.root, 'loaded')));
  }
});
