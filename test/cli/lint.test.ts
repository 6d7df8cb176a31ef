import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test, type TestContext } from 'node:test';
import { temporaryFolder } from '../temporaryFolder.ts';
import { runRubato, runWithInput, type Run } from './runRubato.ts';

const floating = `async function save(): Promise<void> {}\nsave();\n`;
const tsconfig = '{ "compilerOptions": { "strict": true, "target": "es2022" }, "include": ["src"] }';

describe('exit codes', { concurrency: 3 }, () => {
  const project = { '.git/HEAD': '', 'tsconfig.json': tsconfig, 'src/a.ts': floating, 'src/clean.ts': 'export {};\n' };

  test('0: clean', async (t) => {
    await checkRun(t, project, ['src/clean.ts'], { code: 0, stdout: 'No findings in 1 file\n', stderr: '' });
  });

  test('1: an error', async (t) => {
    const { stdout } = await checkRun(t, project, ['src'], { code: 1, stderr: '' });
    assert.match(stdout, /^src\/a\.ts\n {2}2:1 {6}error /);
    assert.match(stdout, /1 finding \(1 error\) in 2 files/);
  });

  test('0: warnings, until there are too many', async (t) => {
    const warning = ['--rule', 'floating-promise:warning', '--max-warnings'];
    await checkRun(t, project, ['src', ...warning, '1'], { code: 0 });
    await checkRun(t, project, ['src', ...warning, '0'], { code: 1 });
  });

  test('0: hints never fail, and --quiet shows errors only', async (t) => {
    const hint = ['--rule', 'floating-promise:hint', '--max-warnings', '0'];
    await checkRun(t, project, ['src', ...hint], { code: 0 });
    await checkRun(t, project, ['src', '--rule', 'floating-promise:warning', '--quiet'], {
      code: 0,
      stdout: 'No findings in 2 files\n',
    });
  });

  test('0: all named files are ignored by the configuration, as commit hooks name them', async (t) => {
    const files = { ...project, 'rubato.jsonc': '{ "ignores": ["src"] }' };
    const note = 'note  src/a.ts: is not judged: the configuration ignores it (--no-ignore judges it)';
    await checkRun(t, files, ['src/a.ts'], { code: 0, stdout: `${note}\n\nNo findings in 0 files\n` });
    await checkRun(t, files, ['src/a.ts', '--no-ignore'], { code: 1 });
  });
});

describe('projects', { concurrency: 3 }, () => {
  test('each file is judged once, with the project that holds it', async (t) => {
    const files = {
      '.git/HEAD': '',
      // A solution: only references, in a circle.
      'tsconfig.json': '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }, { "path": "packages/a" }] }',
      'tsconfig.app.json':
        '{ "compilerOptions": { "composite": true }, "include": ["app"], "references": [{ "path": "./tsconfig.json" }] }',
      'app/main.ts': floating,
      'packages/a/tsconfig.json':
        '{ "compilerOptions": { "composite": true }, "include": ["src"], "references": [{ "path": "../.." }] }',
      'packages/a/src/index.ts': floating,
      'packages/a/test/a.test.ts': `import '../src/index.ts';\n${floating}`,
      'packages/b/jsconfig.json': '{ "include": ["*.js"] }',
      'packages/b/index.js': 'async function save() {}\nsave();\n',
      'scripts/loose.mjs': 'async function save() {}\nsave();\n',
    };
    const found = [
      'app/main.ts:2',
      'packages/a/src/index.ts:2',
      'packages/a/test/a.test.ts:3',
      'packages/b/index.js:2',
      'scripts/loose.mjs:2',
    ];
    for (const engine of ['native', 'embedded'])
      await checkFound(t, { files: files, args: ['--engine', engine] }, found, []);
  });

  test('a broken tsconfig costs its options, not its files', async (t) => {
    const files = {
      '.git/HEAD': '',
      'a/tsconfig.json': '{ "extends": "./missing.json", "include": ["."] }',
      'a/a.ts': floating,
      'b/tsconfig.json': '{ "compilerOptions": { "target": ',
      'b/b.ts': floating,
      'c/tsconfig.json': '{ "extends": "./tsconfig.json" }',
      'c/c.ts': floating,
      'd/tsconfig.json': `{ /* ${' '.repeat(1024 * 1024)} */ }`,
      'd/d.ts': floating,
    };
    const notes = ['a/tsconfig.json', 'b/tsconfig.json', 'c/tsconfig.json', 'd/tsconfig.json'];
    for (const engine of ['native', 'embedded'])
      await checkFound(
        t,
        { files: files, args: ['--engine', engine] },
        ['a/a.ts:2', 'b/b.ts:2', 'c/c.ts:2', 'd/d.ts:2'],
        notes,
      );
  });

  test('files that do not parse give what they have and one note', async (t) => {
    const files = {
      '.git/HEAD': '',
      'flow.js': '// @flow\ntype A = {| a: 1 |};\n',
      'half.ts': `${floating}function (`,
      'jsx.js': 'export const a = <p>{1}</p>;\n',
    };
    for (const engine of ['native', 'embedded'])
      await checkFound(t, { files: files, args: ['--engine', engine] }, ['half.ts:2'], ['flow.js', 'half.ts']);
  });
});

describe('output', { concurrency: 3 }, () => {
  const project = { '.git/HEAD': '', 'web/tsconfig.json': tsconfig, 'web/src/a.ts': floating };

  test('sarif and github name files from the root of the repository, stylish and json from here', async (t) => {
    const folder = await temporaryFolder(t, project);
    const [sarif, github, json] = await Promise.all(
      ['sarif', 'github', 'json'].map((format) =>
        runRubato(`${folder}/web`, ['--format', format], { GITHUB_STEP_SUMMARY: `${folder}/summary.md` }),
      ),
    );
    assert.match(sarif?.stdout ?? '', /"uri": "web\/src\/a\.ts"/);
    assert.match(github?.stdout ?? '', /^::error file=web\/src\/a\.ts,line=2,endLine=2,col=1,endColumn=7,/);
    assert.match(json?.stdout ?? '', /"file": "src\/a\.ts"/);
    assert.match(await readFile(`${folder}/summary.md`, 'utf8'), /\| error \| web\/src\/a\.ts:2 \|/);
  });

  test('a report goes to a file, and a file that cannot be written is said', async (t) => {
    const folder = await temporaryFolder(t, project);
    assert.deepEqual(await runRubato(folder, ['--format', 'json', '-o', 'out.json']), {
      code: 1,
      stdout: '',
      stderr: '',
    });
    assert.equal(JSON.parse(await readFile(`${folder}/out.json`, 'utf8')).findings.length, 1);
    const { code, stderr } = await runRubato(folder, ['-o', 'no/such/folder.txt']);
    assert.equal(code, 2);
    assert.match(stderr, /^The report could not be written: ENOENT/);
  });

  test('colors when asked for, never in files', async (t) => {
    const folder = await temporaryFolder(t, project);
    const colored = await runRubato(folder, [], { FORCE_COLOR: '1' });
    const plain = await runRubato(folder, [], { NO_COLOR: '1' });
    await runRubato(folder, ['-o', 'out.txt'], { FORCE_COLOR: '1' });
    assert.ok(colored.stdout.includes('\u001B[31merror'));
    assert.ok(!plain.stdout.includes('\u001B'));
    assert.equal(await readFile(`${folder}/out.txt`, 'utf8'), plain.stdout);
  });

  test('fingerprints stay when lines move, and tell equal statements apart', async (t) => {
    const before = await fingerprints(t, { 'a.ts': `${floating}save();\n` });
    const moved = await fingerprints(t, { 'a.ts': `// Moved.\n\n${floating}  save();\n` });
    const other = await fingerprints(t, { 'b.ts': `${floating}save();\n` });
    assert.deepEqual(moved, before);
    assert.equal(new Set([...before, ...other]).size, 4);
  });

  test('--verbose names the engine on stderr', async (t) => {
    const folder = await temporaryFolder(t, project);
    const { stderr } = await runRubato(folder, ['--verbose', '--engine', 'embedded']);
    assert.match(stderr, /^rubato: embedded engine, TypeScript \d/);
  });
});

describe('--stdin', { concurrency: 2 }, () => {
  const project = {
    '.git/HEAD': '',
    'tsconfig.json': tsconfig,
    'src/a.ts': 'export async function save(): Promise<void> {}\n',
  };
  const text = `import { save } from './a.js';\nsave();\n`;

  test('judges a text as the content of a file that need not exist', async (t) => {
    const folder = await temporaryFolder(t, project);
    for (const name of ['src/a.ts', 'src/new.ts', 'elsewhere/new.ts']) {
      const { code, stdout } = await runWithInput(folder, ['--stdin', '--stdin-filename', name], floating);
      assert.match(stdout, new RegExp(`^${name}\\n {2}2:1 `));
      assert.equal(code, 1);
    }
  });

  test('knows the project around it', async (t) => {
    const folder = await temporaryFolder(t, { ...project, 'src/b.ts': 'export {};' });
    for (const engine of ['native', 'embedded']) {
      const { code } = await runWithInput(
        folder,
        ['--stdin', '--stdin-filename', 'src/b.ts', '--engine', engine],
        text,
      );
      assert.equal(code, 1);
    }
  });

  test('empty, ignored, and not code', async (t) => {
    const folder = await temporaryFolder(t, { ...project, 'rubato.jsonc': '{ "ignores": ["old"] }' });
    assert.equal((await runWithInput(folder, ['--stdin'], '')).code, 0);
    assert.equal((await runWithInput(folder, ['--stdin', '--stdin-filename', 'old/a.ts'], floating)).code, 0);
    assert.deepEqual(await runWithInput(folder, ['--stdin', '--stdin-filename', 'a.md'], floating), {
      code: 2,
      stdout: '',
      stderr: 'a.md is not the name of a JavaScript or TypeScript file\n',
    });
    assert.equal((await runWithInput(folder, ['--stdin', '--fix'], floating)).code, 2);
  });
});

test('suppressions hold, unused ones are findings, mistakes are notes', async (t) => {
  const text = [
    'async function save(): Promise<void> {}',
    '// rubato-ignore-next-line floating-promise -- the process ends anyway',
    'save();',
    'const text = "// rubato-ignore-file floating-promise";',
    'save(); // rubato-ignore-line flaoting-promise',
    '// rubato-ignore-next-line floating-promise',
    'export const a = text;',
  ].join('\n');
  const files = { '.git/HEAD': '', 'a.ts': text };
  await checkFound(t, { files: files, args: [] }, ['a.ts:5', 'a.ts:6'], ['a.ts']);
  await checkFound(t, { files: files, args: ['--rule', 'unused-suppression:off'] }, ['a.ts:5'], ['a.ts']);
});

/** `expected` says what is to be compared. */
async function checkRun(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  args: readonly string[],
  expected: Partial<Run>,
): Promise<Run> {
  const run = await runRubato(await temporaryFolder(t, files), args);
  const shown = JSON.stringify(run, undefined, 1);
  for (const key of ['code', 'stderr', 'stdout'] as const)
    if (key in expected) assert.equal(run[key], expected[key], shown);
  return run;
}

interface Given {
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}

interface JsonReport {
  readonly findings: readonly {
    readonly file: string;
    readonly range: { readonly start: { readonly line: number } };
    readonly fingerprint: string;
  }[];
  readonly problems: readonly { readonly file?: string; readonly message: string }[];
}

/** `places` are `file:line` of all findings, `noted` the files of all problems, each once. */
async function checkFound(
  t: TestContext,
  given: Given,
  places: readonly string[],
  noted: readonly string[],
): Promise<void> {
  const { findings, problems } = await reportOf(t, given);
  const shown = JSON.stringify(problems);
  assert.deepEqual(
    findings.map(({ file, range }) => `${file}:${range.start.line}`),
    places,
    shown,
  );
  assert.deepEqual(
    problems.map(({ file }) => file),
    noted,
    shown,
  );
}

async function reportOf(t: TestContext, { files, args }: Given): Promise<JsonReport> {
  const { code, stdout, stderr } = await runRubato(await temporaryFolder(t, files), ['--format', 'json', ...args]);
  assert.ok(code === 0 || code === 1, `${stderr}\n${stdout}`);
  return JSON.parse(stdout);
}

async function fingerprints(t: TestContext, files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { findings } = await reportOf(t, { files: { '.git/HEAD': '', ...files }, args: [] });
  return findings.map(({ fingerprint }) => fingerprint);
}
