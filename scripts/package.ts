import { readFile, stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { packExtension } from './package/packExtension.ts';
import { engineTargets, isTarget, type Target } from './package/targets.ts';
import { runStep, script } from './tools.ts';

/**
 * `npm run package`: builds and makes rubato-<version>.vsix, which runs everywhere.
 *
 *   --target PLATFORM   rubato-<platform>-<version>.vsix with the native engine instead; may be repeated, `all` for every platform
 */
const { values } = parseArgs({ options: { target: { type: 'string', multiple: true } } });
process.exitCode = runStep(script('scripts/build.ts')) || (await main(values.target ?? []));

async function main(names: readonly string[]): Promise<number> {
  const wanted = names.includes('all') ? Object.keys(engineTargets) : names;
  const unknown = wanted.filter((name) => !isTarget(name));
  if (unknown.length > 0) {
    console.error(`No such platform: ${unknown.join(', ')}; there are: ${Object.keys(engineTargets).join(', ')}, all`);
    return 2;
  }
  if (wanted.length === 0) await pack(undefined);
  for (const target of wanted.filter(isTarget)) await pack(target);
  return 0;
}

async function pack(target: Target | undefined): Promise<void> {
  const file = `rubato-${target === undefined ? '' : `${target}-`}${await version()}.vsix`;
  await packExtension({ file, ...(target === undefined ? {} : { target }) });
  console.log(`${file}  ${((await stat(file)).size / 1e6).toFixed(1)} MB`);
}

async function version(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile('package.json', 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  throw new Error('package.json has no version');
}
