import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Why there is no browser, in words for the person who runs the tests. */
export interface MissingChromium {
  readonly reason: string;
}

/** Path of a Chromium; on Debian as root it is installed when missing. `CHROMIUM_PATH` overrides the search. */
export function findChromium(): string | MissingChromium {
  const found = searchChromium();
  if (found !== undefined) return found;
  if (!canInstall()) return { reason: 'no Chromium found; install one or set CHROMIUM_PATH' };
  console.log('Installing Chromium for the end-to-end tests (apt-get), once ...');
  try {
    aptGet('update');
    aptGet('install', '-y', '--no-install-recommends', 'chromium');
  } catch (error) {
    return { reason: `no Chromium found, and apt-get could not install it: ${String(error)}` };
  }
  return searchChromium() ?? { reason: 'apt-get installed a Chromium that is not on the PATH' };
}

function searchChromium(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
  return candidates.find((candidate) => existsSync(candidate));
}

function canInstall(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

function aptGet(...args: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', ['-qq', '-o', 'Acquire::Retries=3', ...args], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 600_000,
  });
}
