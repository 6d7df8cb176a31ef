import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { defaultHookSettings, settingsVariable, type HookSettings } from '#protocol/hookSettings.ts';
import type { Run } from '../../cli/runRubato.ts';

export const hook = join(import.meta.dirname, '../../../dist/hook.cjs');

export interface HookedRun {
  /** Folder of the run and of the program. */
  readonly folder: string;
  readonly settings?: Partial<HookSettings>;
  readonly env?: NodeJS.ProcessEnv;
  readonly node?: string;
  /** Preloaded instead of the hook. */
  readonly preload?: string;
}

/** Runs Node in that folder with the hook in NODE_OPTIONS. */
export async function runNode(args: readonly string[], options: HookedRun): Promise<Run> {
  const { folder, settings = {}, env = {}, node = process.execPath, preload = hook } = options;
  const hookSettings: HookSettings = { ...defaultHookSettings, folder, root: folder, ...settings };
  const child = spawn(node, [...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      NODE_OPTIONS: `--require "${preload}"`,
      [settingsVariable]: JSON.stringify(hookSettings),
      ...env,
    },
  });
  const ended = new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { stdout, stderr, code };
}

/** How many processes are marked as traced, and why others are not, sorted. */
export async function tracedIn(folder: string): Promise<{ readonly traced: number; readonly untraced: string[] }> {
  const names = await readdir(folder);
  const lines = names.includes('untraced.jsonl') ? await readFile(join(folder, 'untraced.jsonl'), 'utf8') : '';
  const untraced = lines
    .split('\n')
    .filter(Boolean)
    .map((line): string => JSON.parse(line).reason);
  return { traced: names.filter((name) => name.endsWith('.process')).length, untraced: untraced.toSorted() };
}
