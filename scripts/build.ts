import { build, context, type BuildOptions } from 'esbuild';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { bundles, type Bundle } from '#scripts/bundles.ts';

/** `npm run build`: everything that ships, minified, into dist/. `-- --watch`: readable, with source maps, again after each change. */
if (process.argv.includes('--watch')) await watchAll();
else await buildAll();

async function buildAll(): Promise<void> {
  await rm('dist', { recursive: true, force: true });
  await mkdir('dist/meta', { recursive: true });
  await Promise.all(bundles.map(buildOne));
}

async function buildOne(bundle: Bundle): Promise<void> {
  const { metafile } = await build({ ...optionsOf(bundle), minify: true, metafile: true });
  await writeFile(`dist/meta/${bundle.name}.json`, JSON.stringify(metafile));
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
