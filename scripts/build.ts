import { build, context, type BuildOptions } from 'esbuild';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundles, type Bundle } from './bundles.ts';

/** `npm run build`: everything that ships, minified, into dist/. `-- --watch`: readable, with source maps, again after each change. */
if (process.argv.includes('--watch')) await watchAll();
else await buildAll();

async function buildAll(): Promise<void> {
  await mkdir('dist/meta', { recursive: true });
  const outputs = await Promise.all(bundles.map(buildOne));
  await removeOthers(new Set(outputs.flat()));
}

/** Returns the paths of all files it wrote. */
async function buildOne(bundle: Bundle): Promise<readonly string[]> {
  const { metafile } = await build({ ...optionsOf(bundle), minify: true, metafile: true });
  const meta = `dist/meta/${bundle.name}.json`;
  await writeFile(meta, JSON.stringify(metafile));
  return [meta, ...Object.keys(metafile.outputs)];
}

/** What an earlier build left goes last, so that a running editor or test finds its files at any moment. */
async function removeOthers(outputs: ReadonlySet<string>): Promise<void> {
  const found = await readdir('dist', { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const stale = files.filter((file) => !outputs.has(file.replaceAll('\\', '/')));
  await Promise.all(stale.map((file) => rm(file)));
}

async function watchAll(): Promise<void> {
  const contexts = await Promise.all(
    bundles.map((bundle) => context({ ...optionsOf(bundle), sourcemap: 'linked', logLevel: 'info' })),
  );
  await Promise.all(contexts.map((each) => each.watch()));
}

function optionsOf({ entries, options }: Bundle): BuildOptions {
  return { bundle: true, legalComments: 'none', logLevel: 'warning', ...options, entryPoints: { ...entries } };
}
