import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { appendFile, copyFile, cp, glob, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
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
  const options = { packagePath, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false };
  if (target === undefined) return createVSIX(options);
  const stage = await mkdtemp(join(tmpdir(), 'rubato-stage-'));
  try {
    await stageWithEngine(stage, target);
    await createVSIX({ ...options, cwd: stage, target });
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

/** Where the engine stands: there `server/workspace/nativeCompiler.ts` finds it, beside the bundles and before any other. */
const engineFolder = 'dist/node_modules';

/** A folder of its own, so that nothing has to be put into the working tree and taken out again. */
async function stageWithEngine(stage: string, target: Target): Promise<void> {
  const own = await listFiles({ packageManager: PackageManager.None });
  for (const path of own) await copyInto(path, join(stage, path));
  const [api, engine] = ['node_modules/typescript', await enginePackage(target)];
  for await (const path of glob(apiFiles, { cwd: api, exclude: ['dist/api/async/**'] }))
    await copyInto(join(api, path), join(stage, engineFolder, 'typescript', path));
  await cp(engine, join(stage, engineFolder, enginePackageName(target)), { recursive: true });
  await writeFile(join(stage, '.vscodeignore'), '# Only what ships is here.\n');
  await appendFile(join(stage, 'dist/THIRD-PARTY-NOTICES.txt'), await packageNotices([api, engine]));
}

/** What the server loads of the package `typescript`: its synchronous API, without declarations and maps. */
const apiFiles = ['package.json', 'LICENSE', 'NOTICE.txt', 'lib/getExePath.js', 'dist/**/*.js'];

async function copyInto(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
}
