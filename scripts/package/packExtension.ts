import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { appendFile, copyFile, cp, glob, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { packageNotices } from '../notices.ts';
import { enginePackage, enginePackageName } from './enginePackage.ts';
import type { Target } from './targets.ts';

export interface PackOptions {
  /** File to write. */
  readonly file: string;
  /** Platform whose native engine goes in; absent: the package for all platforms, with the embedded engine only. */
  readonly target?: Target;
}

/** Packs what lies in dist/ as it would be published; everything is bundled, so there are no dependencies. */
export async function packExtension({ file, target }: PackOptions): Promise<void> {
  const packagePath = resolve(file);
  await mkdir(dirname(packagePath), { recursive: true });
  const stage = await mkdtemp(join(tmpdir(), 'rubato-stage-'));
  try {
    await stageFiles(stage);
    if (target !== undefined) await stageEngine(stage, target);
    await createVSIX({ cwd: stage, packagePath, dependencies: false, ...(target === undefined ? {} : { target }) });
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

/** A folder of its own, so that nothing has to be put into the working tree and taken out again. */
async function stageFiles(stage: string): Promise<void> {
  for (const path of await listFiles({ packageManager: PackageManager.None })) await copyInto(path, join(stage, path));
  await writeFile(join(stage, '.vscodeignore'), '# Only what ships is here.\n');
  await writeFile(join(stage, 'README.md'), withWholeAddresses(await readFile('README.md', 'utf8')));
}

/** Where people read the package's page, only whole addresses lead to pictures; vsce makes them, but not those in `srcset`. */
function withWholeAddresses(page: string): string {
  return page.replaceAll(/srcset="(?!https:)([^"]+)"/g, `srcset="${repository}/raw/HEAD/$1"`);
}

/** As in package.json. */
const repository = 'https://github.com/rubato-analysis/rubato';

/** Where the engine stands: there `server/workspace/nativeCompiler.ts` finds it, beside the bundles and before any other. */
const engineFolder = 'dist/node_modules';

async function stageEngine(stage: string, target: Target): Promise<void> {
  const [api, engine] = ['node_modules/typescript', await enginePackage(target)];
  for await (const path of glob(apiFiles, { cwd: api, exclude: ['dist/api/async/**'] }))
    await copyInto(join(api, path), join(stage, engineFolder, 'typescript', path));
  await cp(engine, join(stage, engineFolder, enginePackageName(target)), { recursive: true });
  await appendFile(join(stage, 'dist/THIRD-PARTY-NOTICES.txt'), await packageNotices([api, engine]));
}

/** What the server loads of the package `typescript`: its synchronous API, without declarations and maps. */
const apiFiles = ['package.json', 'LICENSE', 'NOTICE.txt', 'lib/getExePath.js', 'dist/**/*.js'];

async function copyInto(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
}
