import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { engineTargets, type Target } from './targets.ts';

/** Name of the npm package with the native compiler of a platform. */
export function enginePackageName(target: Target): string {
  return `@typescript/typescript-${engineTargets[target]}`;
}

/** Folder of that package where `npm install` put it: only the one of this machine. `undefined`: not there. */
export function installedEngine(target: Target): string | undefined {
  const folder = join('node_modules', enginePackageName(target));
  return existsSync(join(folder, 'package.json')) ? folder : undefined;
}

/**
 * Folder with the unpacked npm package of a platform, in the version that package-lock.json names: the installed one, or fetched from
 * the registry into a cache and compared with the checksum of package-lock.json.
 * @throws Error when the checksum differs, or when npm cannot fetch it
 */
export async function enginePackage(target: Target): Promise<string> {
  const installed = installedEngine(target);
  if (installed !== undefined) return installed;
  const name = enginePackageName(target);
  const { version, integrity } = await locked(name);
  const folder = join(cache, `${engineTargets[target]}-${version}`);
  if (!existsSync(folder)) await fetchPackage(`${name}@${version}`, integrity, folder);
  return join(folder, 'package');
}

const cache = join('node_modules', '.cache', 'rubato-engines');

/** The folder appears in one step, so that a broken-off download is never used. */
async function fetchPackage(specifier: string, integrity: string, folder: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const scratch = await mkdtemp(join(cache, 'fetch-'));
  try {
    const shell = process.platform === 'win32';
    const args = ['pack', specifier, '--silent', '--ignore-scripts', '--pack-destination', scratch];
    const archive = execFileSync('npm', args, { encoding: 'utf8', shell }).trim().split('\n').at(-1) ?? '';
    await checkIntegrity(join(scratch, archive), integrity);
    execFileSync('tar', ['-xzf', archive], { cwd: scratch });
    await rm(join(scratch, archive));
    await rename(scratch, folder);
  } catch (error) {
    await rm(scratch, { recursive: true, force: true });
    throw error;
  }
}

/** @param integrity `<algorithm>-<base64>`, as package-lock.json has it */
async function checkIntegrity(archive: string, integrity: string): Promise<void> {
  const [algorithm = '', expected] = integrity.split('-', 2);
  const found = createHash(algorithm)
    .update(await readFile(archive))
    .digest('base64');
  if (found !== expected) throw new Error(`${archive} is not the file that package-lock.json names`);
}

async function locked(name: string): Promise<{ readonly version: string; readonly integrity: string }> {
  const lock: unknown = JSON.parse(await readFile('package-lock.json', 'utf8'));
  const entry = field(field(lock, 'packages'), `node_modules/${name}`);
  const [version, integrity] = [field(entry, 'version'), field(entry, 'integrity')];
  if (typeof version !== 'string' || typeof integrity !== 'string')
    throw new Error(`package-lock.json does not know ${name}`);
  return { version, integrity };
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
