import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { temporaryFolder } from '../temporaryFolder.ts';
import { runInShell, runRubato } from './runRubato.ts';

const floating = `async function save(): Promise<void> {}\nsave();\n`;
const engines = ['native', 'embedded'] as const;
const isPosix = process.platform !== 'win32';

/** Each is a file that brings down or stops at least one linter in use. */
const odd = {
  'binary.ts': noise(200_000),
  'bomCrlf.ts': `\uFEFF${floating.replaceAll('\n', '\r\n')}`,
  'deep.ts': `export const a = ${'(\n'.repeat(20_000)}1${'\n)'.repeat(20_000)};\n`,
  'dir.ts/inside.ts': floating,
  'empty.ts': '',
  'invalid.ts': Buffer.concat([
    Buffer.from(`${floating}const text = "`),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('";\n'),
  ]),
  'longLine.ts': `export const a = "${'x'.repeat(10 * 1024 * 1024)}";\n`,
  'good.ts': floating,
};

describe('odd files: no crash, no hang, one note each, and the others are judged', { skip: !isPosix }, () => {
  for (const [name, tsconfig] of [
    ['with a tsconfig', '{ "include": ["."] }'],
    ['without', undefined],
  ] as const) {
    for (const engine of engines) {
      test(`${name}, ${engine} engine`, async (t) => {
        const config = tsconfig === undefined ? {} : { 'tsconfig.json': tsconfig };
        const folder = await temporaryFolder(t, { '.git/HEAD': '', ...config, ...odd });
        await addLinksAndPipe(folder);
        const { code, stdout, stderr } = await runRubato(folder, ['--format', 'json', '--engine', engine]);
        const { findings, problems } = parseReport(stdout || stderr);
        assert.deepEqual(
          findings.map(({ file, range }) => `${file}:${range.start.line}:${range.start.column}`),
          ['bomCrlf.ts:2:1', 'dir.ts/inside.ts:2:1', 'good.ts:2:1', 'invalid.ts:2:1'],
        );
        assert.deepEqual(Object.fromEntries(problems.map(({ file, message }) => [file, message.slice(0, 24)])), {
          'binary.ts': 'is binary: not judged',
          'dangling.ts': 'is a symbolic link to no',
          'deep.ts': 'is nested too deeply: no',
          'invalid.ts': 'has bytes that are not U',
          'longLine.ts': 'has 10.0 MiB, above the ',
          'pipe.ts': 'is not a regular file',
        });
        assert.equal(problems.length, 6, stdout);
        assert.equal(code, 1);
      });
    }
  }

  test('named one by one', async (t) => {
    const folder = await temporaryFolder(t, { '.git/HEAD': '', ...odd });
    await addLinksAndPipe(folder);
    const files = [...Object.keys(odd), 'dangling.ts', 'pipe.ts', 'loop'].map((name) => name.replace('/inside.ts', ''));
    const { code, stdout } = await runRubato(folder, ['--format', 'json', ...files]);
    assert.equal(parseReport(stdout).findings.length, 4);
    assert.equal(code, 1);
  });
});

test('depth without brackets, at which the compiler runs out of stack: the other files are judged', async (t) => {
  const deep = `${'if (a) {} else \n'.repeat(20_000)} {}\n`;
  const folder = await temporaryFolder(t, {
    '.git/HEAD': '',
    'tsconfig.json': '{}',
    'deep.ts': deep,
    'good.ts': floating,
  });
  const { code, stdout } = await runRubato(folder, ['--format', 'json', '--engine', 'embedded']);
  const { findings, problems } = parseReport(stdout);
  assert.deepEqual(
    [findings.map(({ file }) => file), problems.map(({ kind }) => kind), code],
    [['good.ts'], ['note', 'note'], 1],
  );
});

test('3,000 files and 64 open files at most', { skip: !isPosix }, async (t) => {
  const files = Object.fromEntries(
    Array.from({ length: 3000 }, (_, index) => [`src/${index % 50}/f${index}.ts`, floating]),
  );
  const folder = await temporaryFolder(t, { '.git/HEAD': '', 'tsconfig.json': '{ "include": ["src"] }', ...files });
  for (const engine of engines) {
    const { stdout } = await runInShell(folder, `ulimit -n 64; $RUBATO --format json --engine ${engine}`);
    const { findings, problems } = parseReport(stdout);
    assert.deepEqual([findings.length, problems], [3000, []], engine);
  }
});

async function addLinksAndPipe(folder: string): Promise<void> {
  await symlink('nowhere.ts', `${folder}/dangling.ts`);
  await symlink('.', `${folder}/loop`);
  await promisify(execFile)('mkfifo', [`${folder}/pipe.ts`]);
}

/** The same bytes on every run, without any pattern. */
function noise(length: number): Uint8Array {
  return createHash('shake256', { outputLength: length }).update('rubato').digest();
}

interface JsonReport {
  readonly findings: readonly {
    readonly file: string;
    readonly range: { readonly start: { readonly line: number; readonly column: number } };
  }[];
  readonly problems: readonly { readonly file?: string; readonly message: string; readonly kind: string }[];
}

function parseReport(text: string): JsonReport {
  assert.ok(text.startsWith('{'), text);
  return JSON.parse(text);
}
