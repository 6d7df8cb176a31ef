import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** Source files by path from the root of the repository. */
export type Seeds = Readonly<Record<string, string>>;

/**
 * Runs a tool in a temporary copy of this repository's settings that holds nothing but the seeded files.
 * Returns what it printed, whether or not it failed: a guard that finds the seeds fails.
 */
export async function runOnSeeds(seeds: Seeds, tool: string, args: readonly string[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'rubato-seeds-'));
  try {
    await Promise.all(settings.map((file) => cp(file, join(root, file), { recursive: true })));
    await symlink(resolve('node_modules'), join(root, 'node_modules'), 'junction');
    await Promise.all(Object.entries(seeds).map(([file, text]) => writeSeed(join(root, file), text)));
    return await outputOf(join(root, 'node_modules', '.bin', tool), args, root);
  } finally {
    await rm(root, { recursive: true });
  }
}

const settings = ['package.json', 'tsconfig.base.json', 'oxlint.config.ts', 'scripts/layers.ts'];

async function writeSeed(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function outputOf(command: string, args: readonly string[], cwd: string): Promise<string> {
  const run = promisify(execFile)(command, args, { cwd, shell: process.platform === 'win32' });
  return run.then(
    ({ stdout }) => stdout,
    (error: unknown) => (hasOutput(error) ? error.stdout : Promise.reject(error)),
  );
}

function hasOutput(error: unknown): error is { readonly stdout: string } {
  return typeof error === 'object' && error !== null && 'stdout' in error && typeof error.stdout === 'string';
}
