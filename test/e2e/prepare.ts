import { build } from 'esbuild';
import { join, resolve } from 'node:path';
import { packExtension } from '#scripts/package/packExtension.ts';
import type { Target } from '#scripts/package/targets.ts';

/** Scratch folder of the end-to-end tests, ignored by git. */
const scratch = resolve('.workbench');

/** Packs what lies in dist/ as it would be published, for all platforms or with the native engine. Returns the path of the VSIX. */
export async function packForTest(target?: Target): Promise<string> {
  const file = join(scratch, 'rubato.vsix');
  await packExtension({ file, ...(target === undefined ? {} : { target }) });
  return file;
}

/** Bundles the suite that runs inside the extension host. Returns the path of its module. */
export async function buildSuite(): Promise<string> {
  const outfile = join(scratch, 'suite.cjs');
  await build({
    entryPoints: ['test/e2e/host/suite.ts'],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['vscode'],
    // Mocha looks for its parallel mode by `require.resolve`, which a bundle cannot have and nobody uses here.
    logOverride: { 'require-resolve-not-external': 'silent' },
    logLevel: 'warning',
  });
  return outfile;
}
