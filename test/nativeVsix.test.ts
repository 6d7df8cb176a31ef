import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { join } from 'node:path';
import { startClient } from '#scripts/lspClient.ts';
import { enginePackageName, installedEngine } from '#scripts/package/enginePackage.ts';
import { packExtension } from '#scripts/package/packExtension.ts';
import { hostTarget } from '#scripts/package/targets.ts';
import { temporaryFolder } from './temporaryFolder.ts';
import { unzip } from './unzip.ts';

const target = hostTarget();
// Tests fetch nothing: the engine is packed where `npm install` has left it.
const isInstalled = target !== undefined && installedEngine(target) !== undefined;

test(
  'the package of this platform holds the native engine, and its server uses it',
  { skip: !isInstalled },
  async (t) => {
    assert(target !== undefined);
    const folder = await temporaryFolder(t, {});
    const file = join(folder, 'rubato.vsix');
    await packExtension({ file, target });
    const packed = await unzip(file, folder);
    const engine = `extension/dist/node_modules/${enginePackageName(target)}`;
    for (const path of [`${engine}/LICENSE`, `${engine}/NOTICE.txt`]) assert(packed.includes(path), path);
    const page = await readFile(join(folder, 'extension/readme.md'), 'utf8');
    assert.deepEqual(page.match(/(?:src|srcset|href)="(?!https:)[^"]*"|\]\((?!https:|#)[^)]*\)/g), null);
    const server = join(folder, 'extension/dist/server.js');
    const source = 'async function save() { throw new Error("no"); }\nsave();\n';
    const client = await startClient(t, { files: { 'a.ts': source }, server });
    await client.open('a.ts', source);
    assert.equal((await client.findings('a.ts')).length, 1);
    await client.until('its engine', () => client.statuses.some(({ engine: name }) => name !== undefined));
    assert.match(client.statuses.at(-1)?.engine ?? '', /^native, TypeScript 7\./);
  },
);
