import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';

/**
 * Makes a folder with these files, by relative path, and removes it after the test. Returns its real path with forward slashes.
 * A name that ends with a slash makes an empty folder.
 */
export async function temporaryFolder(
  t: TestContext,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'rubato-test-')));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) await write(path.join(folder, name), content);
  return folder.replaceAll('\\', '/');
}

async function write(file: string, content: string | Uint8Array): Promise<void> {
  if (file.endsWith(path.sep)) return void (await mkdir(file, { recursive: true }));
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}
