import assert from 'node:assert/strict';
import { chmod, lstat, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { describe, test, type TestContext } from 'node:test';
import { temporaryFolder } from '../temporaryFolder.ts';
import { runRubato } from './runRubato.ts';

const isPosix = process.platform !== 'win32';
const unused = '// rubato-ignore-next-line floating-promise -- not any more\nexport const a = 1;\n';

describe('--fix', { concurrency: 2 }, () => {
  test('writes safe fixes and reports the rest', async (t) => {
    const text = `async function save(): Promise<void> {}\n${unused}save();\n`;
    const folder = await project(t, { 'a.ts': text });
    const { code, stdout } = await runRubato(folder, ['--fix']);
    assert.equal(await readFile(`${folder}/a.ts`, 'utf8'), text.replace(/\/\/ rubato.*\n/, ''));
    assert.match(stdout, /^a\.ts\n {2}3:1 {6}error /);
    assert.match(stdout, /1 finding \(1 error\) in 1 file\n$/);
    assert.equal(code, 1);
  });

  test(
    'keeps byte order mark, line breaks, mode and links, and leaves nothing beside the file',
    { skip: !isPosix },
    async (t) => {
      const folder = await project(t, { 'real.ts': `\uFEFF${unused.replaceAll('\n', '\r\n')}` });
      await chmod(`${folder}/real.ts`, 0o755);
      await symlink('real.ts', `${folder}/link.ts`);
      const { code } = await runRubato(folder, ['--fix', 'link.ts']);
      assert.equal(code, 0);
      assert.equal(await readFile(`${folder}/real.ts`, 'utf8'), '\uFEFFexport const a = 1;\r\n');
      assert.equal((await stat(`${folder}/real.ts`)).mode & 0o777, 0o755);
      assert.ok((await lstat(`${folder}/link.ts`)).isSymbolicLink());
      assert.deepEqual((await readdir(folder)).toSorted(), ['.git', 'link.ts', 'real.ts']);
    },
  );

  test('does not write a read-only file, says so, and ends with 2', { skip: !isPosix }, async (t) => {
    const folder = await project(t, { 'a.ts': unused, 'b.ts': unused });
    await chmod(`${folder}/a.ts`, 0o444);
    const { code, stdout } = await runRubato(folder, ['--fix']);
    assert.equal(await readFile(`${folder}/a.ts`, 'utf8'), unused);
    assert.equal(await readFile(`${folder}/b.ts`, 'utf8'), 'export const a = 1;\n');
    assert.match(stdout, /\nnote {2}a\.ts: was not fixed: it is read-only\n/);
    assert.equal(code, 2);
  });

  test('does not touch files when there is nothing to fix', async (t) => {
    const folder = await project(t, { 'a.ts': 'export const a = 1;\n' });
    const before = await stat(`${folder}/a.ts`);
    await runRubato(folder, ['--fix']);
    assert.equal((await stat(`${folder}/a.ts`)).mtimeMs, before.mtimeMs);
  });
});

async function project(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  return temporaryFolder(t, { '.git/HEAD': '', ...files });
}
