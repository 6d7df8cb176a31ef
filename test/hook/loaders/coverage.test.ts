import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { runNode } from '../processes/runNode.ts';

const c8 = createRequire(import.meta.url).resolve('c8/bin/c8.js');
const said = 'rubato: coverage is being collected, so the tasks of this process are not traced\n';

const files = {
  'main.cjs': `async function used(flag) { try { if (flag) return await 1; return 2; } catch { return 3; } finally { console.log('done'); } }
async function unused() { await 1; }
used(true).then(console.log);
`,
  'main.test.cjs': `require('node:test').test('runs', async () => { await require('./main.cjs'); });\n`,
};

test('c8 reports what it reports without the hook', async (t) => {
  const folder = await temporaryFolder(t, files);
  const args = [c8, '--all=false', '--reporter=text', '--reporter=json', process.execPath, 'main.cjs'];
  const settings = { tools: true };
  const plain = await runNode(args, { node: process.execPath, folder, env: { RUBATO_OFF: '1' } });
  const hooked = await runNode(args, { node: process.execPath, folder, settings });
  assert.match(plain.stdout, /main\.cjs/);
  assert.equal(hooked.stdout, plain.stdout);
  assert.equal(hooked.stderr, said);
});

/** Node's test runner lists every file that ran, also preloaded ones outside of the project. */
function ofProgram(lcov: string): readonly string[] {
  return lcov.split('end_of_record\n').filter((record) => /^SF:main/m.test(record));
}

test('so does Node’s own test runner', async (t) => {
  const folder = await temporaryFolder(t, files);
  const args = ['--test', '--experimental-test-coverage', '--test-reporter=lcov', 'main.test.cjs'];
  const plain = await runNode(args, { folder, env: { RUBATO_OFF: '1' } });
  const hooked = await runNode(args, { folder });
  assert.equal(ofProgram(plain.stdout).length, 1);
  assert.deepEqual(ofProgram(hooked.stdout), ofProgram(plain.stdout));
});
