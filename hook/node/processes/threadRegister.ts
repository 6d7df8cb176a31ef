import type { HookSettings } from '#protocol/hookSettings.ts';

/** What all threads of a traced process share. Each worker thread finds it in its environment data, whatever its `env` and `execArgv` are. */
export interface ThreadRegister {
  readonly settings: HookSettings;
  /** Shared. At `threadId % length`: the id of a thread that is traced. */
  readonly started: Int32Array;
}

/** Key in the environment data of worker threads. */
export const registerKey = 'rubato';

/** The register of this process, for a worker thread; `undefined` where the process is not traced. */
export function inheritedRegister(): ThreadRegister | undefined {
  // Not imported: the module is costly to load, and only worker threads have it already.
  const { getEnvironmentData, parentPort } = process.getBuiltinModule('node:worker_threads');
  // Node's own thread for `module.register` preloads, too. It runs no code of the program, and Node 22 dies of hooks in it.
  if (parentPort === null) return undefined;
  const value: unknown = getEnvironmentData(registerKey);
  return isRegister(value) ? value : undefined;
}

function isRegister(value: unknown): value is ThreadRegister {
  return typeof value === 'object' && value !== null && 'settings' in value && 'started' in value;
}
