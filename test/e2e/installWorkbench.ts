import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/**
 * The npm package `code-server` carries the plain VS Code server and its web client. Its own entry is never used: it refuses the flag
 * that makes a release build accept a test suite (see workbench.ts).
 */
const version = '4.139.1';
/** Raise when the steps below change, so that existing installations are replaced. */
const revision = 1;

const base = resolve('.workbench');
const home = join(base, `code-server-${version}-r${revision}`);

/**
 * Installs the workbench below `.workbench/` when it is not there yet (about half a minute, 480 MB; nothing is compiled).
 * Returns the path of the server's main script. The folder's name is the stamp: it appears in one step, when all is in place, so
 * that a broken-off installation is never used and two runs at once do not disturb each other.
 */
export async function installWorkbench(): Promise<string> {
  if (!existsSync(home)) await install();
  return join(home, 'node_modules', 'code-server', 'lib', 'vscode', 'out', 'server-main.js');
}

async function install(): Promise<void> {
  console.log(`Installing the VS Code workbench for the end-to-end tests (code-server ${version}), once ...`);
  const staging = join(base, `installing-${process.pid}`);
  await mkdir(staging, { recursive: true });
  await writeFile(join(staging, 'package.json'), JSON.stringify({ name: 'workbench', private: true }));
  installPackages(staging);
  await trim(join(staging, 'node_modules', 'code-server', 'lib', 'vscode'));
  await moveIntoPlace(staging);
}

/** Install scripts stay off: they compile modules (kerberos, cpu-features) that a test bench never loads. */
function installPackages(staging: string): void {
  const vscode = join(staging, 'node_modules', 'code-server', 'lib', 'vscode');
  npm(staging, 'install', `code-server@${version}`);
  npm(vscode, 'install', '--omit=dev');
  npm(join(vscode, 'extensions'), 'install', '--omit=dev');
}

function npm(cwd: string, ...args: readonly string[]): void {
  const script = process.env['npm_execpath'];
  const [command, first] = script?.endsWith('.js') ? [process.execPath, [script]] : ['npm', []];
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=5', '--loglevel=error'];
  execFileSync(command, [...first, ...args, ...quiet], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 600_000,
  });
}

/** Some 265 MB of AI parts that no test needs. */
async function trim(vscode: string): Promise<void> {
  const modules = join(vscode, 'node_modules');
  const copilot = (await readdir(join(modules, '@github'))).filter((name) => name.startsWith('copilot-sdk-'));
  const extra = [
    ...copilot.map((name) => join(modules, '@github', name)),
    join(modules, '@microsoft', 'mxc-sdk', 'bin'),
    join(vscode, 'extensions', 'copilot'),
    join(vscode, 'extensions', 'mermaid-markdown-features'),
  ];
  await Promise.all(extra.map((path) => rm(path, { recursive: true, force: true })));
}

async function moveIntoPlace(staging: string): Promise<void> {
  try {
    await rename(staging, home);
  } catch (error) {
    // Another run was faster: its installation is as good.
    if (!existsSync(home)) throw error;
  }
  const others = (await readdir(base)).filter((name) => name.startsWith('code-server-') && join(base, name) !== home);
  await Promise.all(
    [...others.map((name) => join(base, name)), staging].map((path) => rm(path, { recursive: true, force: true })),
  );
}
