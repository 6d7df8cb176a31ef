import { access } from 'node:fs/promises';
import { defaultHookSettings, optOutVariable, type HookSettings } from '#protocol/hookSettings.ts';
import type { RunManifest } from '#protocol/runFolder.ts';
import { newRunFolder } from '#runs/runFolders.ts';
import { tracingEnvironment } from '#runs/tracingEnvironment.ts';
import { realPath, toFilePath } from '#workspace/paths.ts';
import { UserError } from '#workspace/userError.ts';
import { childCommand, type ChildCommand } from './childCommand.ts';
import type { RunOptions } from './runOptions.ts';

/** A run about to start. */
export type PreparedRun = TracedRun | UntracedRun;

export interface TracedRun {
  readonly kind: 'traced';
  readonly command: ChildCommand;
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  /** Absolute, forward slashes. */
  readonly root: string;
  readonly manifest: RunManifest;
}

/** The command runs all the same, without the hook. */
export interface UntracedRun {
  readonly kind: 'untraced';
  readonly command: ChildCommand;
  readonly env: NodeJS.ProcessEnv;
  /** Why, for a line on stderr. */
  readonly problem: string;
}

/**
 * Makes the folder of the run and the environment of the child. What keeps a program from being traced does not keep it from running.
 * @throws UserError for a root that is no folder
 */
export async function prepareRun(
  words: readonly string[],
  options: RunOptions,
  { hook, env }: { readonly hook: string; readonly env: NodeJS.ProcessEnv },
): Promise<PreparedRun> {
  const root = await realPath(toFilePath(process.cwd(), options.root));
  if (root === undefined) throw new UserError(`--root: there is no folder ${options.root}`);
  const traced = childCommand(words, hook);
  const untraced = (problem: string): UntracedRun => ({ kind: 'untraced', command: childCommand(words), env, problem });
  const obstacle = await obstacleTo(traced, hook, env);
  if (obstacle !== undefined) return untraced(obstacle);
  const { title } = traced;
  const manifest: RunManifest = {
    version: 1,
    startedAt: Date.now(),
    pid: process.pid,
    command: title,
    mode: options.mode,
  };
  try {
    const folder = await newRunFolder(toFilePath(process.cwd(), options.output), manifest);
    const settings = hookSettings(options, folder, root);
    return { kind: 'traced', command: traced, env: tracingEnvironment(env, settings, hook), folder, root, manifest };
  } catch (error) {
    return untraced(
      `the folder for the trace cannot be made: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

async function obstacleTo(command: ChildCommand, hook: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (env[optOutVariable] !== undefined) return `${optOutVariable} is set`;
  if (command.isRestricted || isRestricted(env)) return "Node's permission model leaves the hook no files and threads";
  const isThere = await access(hook).then(
    () => true,
    () => false,
  );
  return isThere ? undefined : `${hook} is missing`;
}

/** With these flags Node refuses to read the preload, and does not start. */
function isRestricted({ NODE_OPTIONS = '' }: NodeJS.ProcessEnv): boolean {
  return /(?:^|\s)--(?:experimental-)?permission(?:\s|$)/.test(NODE_OPTIONS);
}

function hookSettings(options: RunOptions, folder: string, root: string): HookSettings {
  const { blockMs, maxProcesses, maxBytes, deepSeconds } = defaultHookSettings;
  return {
    ...defaultHookSettings,
    mode: options.mode,
    folder,
    root,
    blockMs: options.blockMs ?? blockMs,
    maxProcesses: options.maxProcesses ?? maxProcesses,
    maxBytes: options.maxSize ?? maxBytes,
    deepSeconds: options.deepSeconds ?? deepSeconds,
    libraries: options.includeLibraries ?? false,
    tools: options.includeTools ?? false,
  };
}
