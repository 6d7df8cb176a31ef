import { defaultHookSettings } from '#protocol/hookSettings.ts';
import { tracingEnvironment } from '#runs/tracingEnvironment.ts';

/** A run that the editor itself makes, without `rubato run`. */
export interface HookedRun {
  /** Path of hook.cjs. */
  readonly hook: string;
  /** Folder of the run, absolute. */
  readonly folder: string;
  /** Files below it are the program's own: the real path, forward slashes. */
  readonly root: string;
  /** Traced processes at most; default 32. */
  readonly maxProcesses?: number;
}

/** Variables that trace what is started with them; `nodeOptions` is what stands in NODE_OPTIONS there, which stays in front. */
export function hookEnvironment(
  { hook, folder, root, maxProcesses = defaultHookSettings.maxProcesses }: HookedRun,
  nodeOptions: string | undefined,
): NodeJS.ProcessEnv {
  const env = nodeOptions === undefined ? {} : { NODE_OPTIONS: nodeOptions };
  return tracingEnvironment(env, { ...defaultHookSettings, folder, root, maxProcesses }, hook);
}

/**
 * NODE_OPTIONS that a debug configuration brings along: its `env` counts before its `envFile`, as js-debug has it. That of VS Code itself
 * is not needed here, js-debug appends it. `envFile`: text of that file.
 */
export function configuredNodeOptions(env: unknown, envFile: string | undefined): string | undefined {
  const own = typeof env === 'object' && env !== null && 'NODE_OPTIONS' in env ? env.NODE_OPTIONS : undefined;
  if (typeof own === 'string') return own;
  // `null` takes a variable away.
  return own === null || envFile === undefined ? undefined : variableOf(envFile, 'NODE_OPTIONS');
}

/** A variable of a `.env` file; the last line that sets it counts. */
function variableOf(text: string, name: string): string | undefined {
  const line = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*(.*?)\\s*$`);
  const found = text
    .split(/\r?\n/)
    .map((each) => line.exec(each)?.[1])
    .findLast((value) => value !== undefined);
  const quoted = /^(["'`])(.*)\1/.exec(found ?? '');
  return quoted === null ? found?.replace(/\s+#.*$/, '') : quoted[2];
}
