/**
 * The door of the npm scripts: installs what is missing, then runs a script of ours on the Node that the project pins.
 * Plain JavaScript without dependencies, because a fresh clone has nothing but Node 20 and npm.
 *
 *   node scripts/setup.mjs scripts/test.ts --some-flag
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const isWindows = process.platform === 'win32';

if (!isInstalled()) install();
process.exitCode = run(pinnedNode(), process.argv.slice(2));

/** npm notes in node_modules what it installed; it fits when each package has the version of our lock file. */
function isInstalled() {
  const noted = join(modules, '.package-lock.json');
  if (!existsSync(noted)) return false;
  const installed = packagesOf(noted);
  const wanted = packagesOf(join(root, 'package-lock.json'));
  return Object.entries(wanted).every(
    ([path, { version, optional, peer }]) =>
      path === '' || (installed[path] === undefined ? optional || peer : installed[path].version === version),
  );
}

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}

function install() {
  console.error('Installing development dependencies, once per change of package-lock.json ...');
  // A registry mirror may lack binaries of foreign platforms, which `npm ci` takes for a broken lock file; `npm install` does not.
  const status = npm('ci') === 0 ? 0 : npm('install', '--no-save');
  if (status !== 0) process.exit(status);
}

function npm(...args) {
  const cli = process.env['npm_execpath'];
  const quiet = ['--no-audit', '--no-fund'];
  return cli?.endsWith('.js')
    ? run(process.execPath, [cli, ...args, ...quiet])
    : run(isWindows ? 'npm.cmd' : 'npm', [...args, ...quiet]);
}

/** The development tools need a Node that runs TypeScript; the npm package `node` brings it. */
function pinnedNode() {
  const pinned = join(modules, 'node', 'bin', isWindows ? 'node.exe' : 'node');
  return existsSync(pinned) ? pinned : process.execPath;
}

/** Runs with our own tools first on the path; returns the exit code. */
function run(command, args) {
  const env = { ...process.env, PATH: `${join(modules, '.bin')}${delimiter}${process.env['PATH'] ?? ''}` };
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    env,
    stdio: 'inherit',
    shell: command.endsWith('.cmd'),
  });
  if (error !== undefined) console.error(`Cannot run ${command}: ${error.message}`);
  return status ?? 1;
}
