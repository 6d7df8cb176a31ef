import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';

/** Major versions of Node on which the hook must behave the same. */
export const nodeMajors: readonly number[] = [20, 22, 24, 26];

/**
 * Absolute path of a Node of that major version, installed from npm into `.nodes/` on first use.
 * Throws when npm cannot install it, with npm's own message.
 */
export function nodeBinary(major: number): string {
  const folder = `${import.meta.dirname}/../.nodes/${major}`;
  const binary = `${folder}/node_modules/node/bin/node`;
  if (!existsSync(binary)) install(major, folder);
  return binary;
}

function install(major: number, folder: string): void {
  mkdirSync(folder, { recursive: true });
  // A manifest of its own, so that npm does not climb to the project's.
  writeFileSync(`${folder}/package.json`, '{ "private": true }\n');
  const args = ['install', `node@${major}`, '--prefix', folder, '--no-audit', '--no-fund', '--no-save', '--silent'];
  execFileSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
}
