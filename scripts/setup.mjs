/**
 * The door of every npm script: installs what is missing, then runs a script of ours on the Node that the project pins.
 * Plain JavaScript without dependencies, because a fresh clone has nothing but Node 20 and npm.
 *
 *   node scripts/setup.mjs scripts/test.ts --some-flag   install if needed, then run
 *   node scripts/setup.mjs --stamp                       only note that node_modules fits the lock file (after `npm install`)
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const bin = join(modules, '.bin');
const stamp = join(modules, '.rubato-stamp');
const [script, ...args] = process.argv.slice(2);

if (script === '--stamp') writeStamp();
else {
  if (!isInstalled()) install();
  if (script !== undefined) process.exitCode = run(pinnedNode(), [script, ...args]);
}

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint();
}

function install() {
  console.error('Installing dependencies (npm ci), once per change of package-lock.json ...');
  const npm = process.env['npm_execpath'];
  const status = npm?.endsWith('.js')
    ? run(process.execPath, [npm, 'ci', '--no-audit', '--no-fund'])
    : run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund']);
  if (status !== 0) process.exit(status);
  writeStamp();
}

function writeStamp() {
  mkdirSync(modules, { recursive: true });
  writeFileSync(stamp, fingerprint());
}

/** Hash of the lock file, not its time: a checkout of another branch changes times without changing content. */
function fingerprint() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** The development tools need a Node that runs TypeScript; the npm package `node` brings it. */
function pinnedNode() {
  const pinned = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(pinned) ? pinned : process.execPath;
}

/** Runs with our own tools first on the path; returns the exit code. */
function run(command, commandArgs) {
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` };
  const { status, error } = spawnSync(command, commandArgs, {
    cwd: root,
    env,
    stdio: 'inherit',
    shell: command.endsWith('.cmd'),
  });
  if (error !== undefined) console.error(`Cannot run ${command}: ${error.message}`);
  return status ?? 1;
}
