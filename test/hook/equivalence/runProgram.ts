import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { defaultHookSettings, settingsVariable, type HookSettings } from '#protocol/hookSettings.ts';

/** What anybody can see of a program that ran. */
export interface Behavior {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: string | null;
}

/** A program of the corpus and what its first comment asks for: `args:` for Node, `nodes:` the oldest version, `stdin:`. */
export interface Program {
  readonly path: string;
  readonly name: string;
  readonly nodeArgs: readonly string[];
  readonly oldestNode: readonly [number, number];
  readonly stdin: string;
}

export const programFolder = `${import.meta.dirname}/programs`;
const hook = join(import.meta.dirname, '../../../dist/hook.cjs');

export function readProgram(path: string): Program {
  const first = readFileSync(path, 'utf8').split('\n', 1)[0] ?? '';
  const asked = (key: string): string => new RegExp(`^// ${key}: (.*)$`).exec(first)?.[1] ?? '';
  const [major = 0, minor = 0] = asked('nodes').split('.').map(Number);
  return {
    path,
    name: basename(path),
    nodeArgs: asked('args').split(' ').filter(Boolean),
    oldestNode: [major, minor],
    stdin: asked('stdin').replaceAll(String.raw`\n`, '\n'),
  };
}

/** Runs the program as its author would. */
export function runPlain(node: string, program: Program): Promise<Behavior> {
  return run(node, program, {});
}

/** Runs it with the hook, as `rubato run` does: through the environment and the flag together. */
export async function runHooked(node: string, program: Program, over: Partial<HookSettings> = {}): Promise<Behavior> {
  const folder = mkdtempSync(join(tmpdir(), 'rubato-same-'));
  try {
    const settings: HookSettings = { ...defaultHookSettings, folder, root: programFolder, ...over };
    const environment = { NODE_OPTIONS: `--require "${hook}"`, [settingsVariable]: JSON.stringify(settings) };
    return await run(node, { ...program, nodeArgs: ['--require', hook, ...program.nodeArgs] }, environment);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(node: string, program: Program, environment: Readonly<Record<string, string>>): Promise<Behavior> {
  // A plain environment, so that colors, coverage and the runner's own settings do not differ between machines.
  const env = { PATH: process.env['PATH'] ?? '', HOME: programFolder, ...environment };
  const child = spawn(node, [...program.nodeArgs, program.path], { cwd: programFolder, env, timeout: 30_000 });
  // One that reads nothing may be gone by then.
  child.stdin.on('error', () => {}).end(program.stdin);
  const texts = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ ...texts, stderr: withoutOurLine(texts.stderr), code, signal }));
  });
}

/** The hook may say one line about itself; it begins with `rubato: `. Process ids in warnings of Node differ from run to run. */
function withoutOurLine(stderr: string): string {
  return stderr.replace(/^rubato: .*\n/m, '').replaceAll(/^\(node:\d+\)/gm, '(node:1)');
}
