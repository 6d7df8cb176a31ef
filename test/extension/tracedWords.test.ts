import { strict as assert } from 'node:assert';
import path from 'node:path';
import { test } from 'node:test';
import { titleOf, tracedArguments } from '#extension/launch/tracedWords.ts';

const cli = path.resolve('ext dir', 'cli.js');
const root = path.resolve('my project');

test('words follow `--`, each as it is', () => {
  const words = ['node', '--test', 'a "b" $c.js'];
  assert.deepEqual(tracedArguments({ cli, root, cwd: root, words }), [cli, 'run', '--', ...words]);
});

test('a package inside the workspace leaves its trace in the workspace folder', () => {
  const cwd = path.join(root, 'packages', 'api');
  const expected = [cli, 'run', '--root', root, '--output', path.join(root, '.rubato'), '--', 'npm', 'run', 'dev'];
  assert.deepEqual(tracedArguments({ cli, root, cwd, words: ['npm', 'run', 'dev'] }), expected);
});

test('a run is called by its script or file', () => {
  assert.equal(titleOf(['pnpm', 'run', 'dev']), 'pnpm run dev');
  assert.equal(titleOf(['node', '--import', 'tsx', 'src/server.ts']), 'server.ts');
  assert.equal(titleOf(['node']), 'node');
});
