import { build, context, type BuildOptions, type Metafile } from 'esbuild';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundles, type Bundle } from './bundles.ts';
import { inlinedPrograms } from './inlinedPrograms.ts';
import { thirdPartyNotices } from './notices.ts';

const notices = 'dist/THIRD-PARTY-NOTICES.txt';

/** `npm run build`: everything that ships, minified, into dist/. `-- --watch`: readable, with source maps, again after each change. */
if (process.argv.includes('--watch')) await watchAll();
else await buildAll();

async function buildAll(): Promise<void> {
  await mkdir('dist/meta', { recursive: true });
  const metafiles = await Promise.all(bundles.map(buildOne));
  await writeFile(notices, await thirdPartyNotices(metafiles));
  const outputs = metafiles.flatMap((metafile) => Object.keys(metafile.outputs));
  await removeOthers(new Set([notices, ...bundles.map(metaFile), ...outputs]));
}

async function buildOne(bundle: Bundle): Promise<Metafile> {
  const inlined = await inlinedPrograms(bundle, { minify: true });
  const { metafile } = await build({ ...optionsOf(bundle), define: inlined.define, minify: true, metafile: true });
  // What is inside as text belongs to the content of the bundle too.
  const whole = { ...metafile, inputs: { ...metafile.inputs, ...inlined.inputs } };
  await writeFile(metaFile(bundle), JSON.stringify(whole));
  return whole;
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
    bundles.map(async (bundle) => {
      // Inlined programs are those of the start: a change of them needs a new one.
      const { define } = await inlinedPrograms(bundle, { minify: false });
      return context({ ...optionsOf(bundle), define, sourcemap: 'linked', logLevel: 'info' });
    }),
  );
  await Promise.all(contexts.map((each) => each.watch()));
}

function optionsOf({ entries, options }: Bundle): BuildOptions {
  return { bundle: true, legalComments: 'none', logLevel: 'warning', ...options, entryPoints: { ...entries } };
}

function metaFile(bundle: Bundle): string {
  return `dist/meta/${bundle.name}.json`;
}
