import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { describe, test, type TestContext } from 'node:test';
import { temporaryFolder } from '../temporaryFolder.ts';
import { finish, runInShell, startRubato } from './runRubato.ts';

const floating = `async function save(): Promise<void> {}\nsave();\n`;
const isPosix = process.platform !== 'win32';

describe('where the output goes', { skip: !isPosix, concurrency: 2 }, () => {
  test('a reader that goes away ends nothing and is not mentioned', async (t) => {
    const folder = await temporaryFolder(t, { '.git/HEAD': '', 'a.ts': floating + 'save();\n'.repeat(3000) });
    const { stdout, stderr } = await runInShell(folder, '$RUBATO | head -1; echo "code ${PIPESTATUS[0]}"');
    assert.deepEqual({ stdout, stderr }, { stdout: 'a.ts\ncode 1\n', stderr: '' });
  });

  test('a reader that reads nothing', async (t) => {
    const folder = await temporaryFolder(t, { '.git/HEAD': '', 'a.ts': floating });
    const { stdout, stderr } = await runInShell(folder, '$RUBATO | true; echo "code ${PIPESTATUS[0]}"');
    assert.deepEqual({ stdout, stderr }, { stdout: 'code 1\n', stderr: '' });
  });

  test('a full disk is said, and no clean end', { skip: !existsSync('/dev/full') }, async (t) => {
    const folder = await temporaryFolder(t, { '.git/HEAD': '', 'a.ts': 'export {};' });
    const { code, stderr } = await runInShell(folder, '$RUBATO > /dev/full');
    assert.equal(code, 2);
    assert.match(stderr, /^The output could not be written: ENOSPC/);
  });
});

describe('interrupts', { skip: !isPosix, concurrency: 2 }, () => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    test(`${signal}: a report that says it is incomplete, and code ${code}`, async (t) => {
      const child = startRubato(await largeProject(t), ['--format', 'json', '--engine', 'embedded', '--verbose']);
      const run = finish(child);
      // The first line of the log comes when the compiler is there: most of the work is still to do.
      await once(child.stderr ?? child, 'data');
      child.kill(signal);
      const { stdout, ...end } = await run;
      assert.equal(end.code, code, end.stderr);
      assert.equal(JSON.parse(stdout).incomplete, true);
    });
  }

  test('what was judged before is in the report', async (t) => {
    const folder = await largeProject(t);
    // Deeper projects come first, so `done` is judged when the large one is opened.
    const child = startRubato(folder, ['--engine', 'embedded', '--verbose']);
    const run = finish(child);
    await untilText(child.stderr, 'judged 1 of');
    child.kill('SIGINT');
    const { code, stdout } = await run;
    assert.equal(code, 130);
    assert.match(stdout, /^done\/deep\/a\.ts\n {2}2:1 /);
    assert.match(stdout, /1 finding \(1 error\) in 1 file \(incomplete: interrupted\)\n$/);
  });
});

async function largeProject(t: TestContext): Promise<string> {
  const lines = 'export async function save(): Promise<void> {}\n'
    .repeat(100)
    .replaceAll('save', () => `save${next()}`);
  const files = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`src/f${index}.ts`, lines]));
  return temporaryFolder(t, {
    '.git/HEAD': '',
    'done/deep/tsconfig.json': '{}',
    'done/deep/a.ts': floating,
    'tsconfig.json': '{ "include": ["src"] }',
    ...files,
  });
}

let last = 0;
function next(): number {
  return ++last;
}

async function untilText(stream: NodeJS.ReadableStream | null, text: string): Promise<void> {
  let seen = '';
  await new Promise<void>((resolve) => {
    stream?.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      if (seen.includes(text)) resolve();
    });
  });
}
