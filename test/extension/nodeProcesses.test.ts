import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { nodeProcesses, parsePs, parseTasklist } from '#extension/launch/nodeProcesses.ts';

test('finds a Node process of this user, and not the own one', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'a word'], { stdio: 'ignore' });
  await once(child, 'spawn');
  try {
    const found = await nodeProcesses();
    assert.ok(found.some(({ pid }) => pid === child.pid));
    assert.ok(found.every(({ pid }) => pid !== process.pid));
  } finally {
    child.kill('SIGKILL');
  }
});

test('reads the list of `ps`', () => {
  const text = '  12 /usr/local/bin/node server.js --port 1\n 345 /bin/zsh node\n6 node22 a.js\n\n';
  assert.deepEqual(parsePs(text), [
    { pid: 12, command: '/usr/local/bin/node server.js --port 1' },
    { pid: 6, command: 'node22 a.js' },
  ]);
});

test('reads the list of `tasklist`', () => {
  const text = '"node.exe","4711","Console","1","31,000 K"\r\n"INFO: none"\r\n';
  assert.deepEqual(parseTasklist(text), [{ pid: 4711, command: 'node.exe' }]);
});
