import { spawnSync } from 'node:child_process';

/** One program to run, with a name for the closing line. */
export interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** A tool from node_modules/.bin, which scripts/setup.mjs has put first on the path. */
export function tool(name: string, ...args: readonly string[]): Step {
  return { name: [name, ...args].join(' '), command: name, args };
}

/** A script of ours, on the Node that runs now. */
export function script(path: string, ...args: readonly string[]): Step {
  return { name: path, command: process.execPath, args: [path, ...args] };
}

/** Runs a step with its output shown; returns its exit code, 1 when it ended by a signal or could not start. */
export function runStep({ name, command, args }: Step): number {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (error !== undefined) console.error(`Cannot run ${name}: ${error.message}`);
  return status ?? 1;
}

/** Runs all steps, also after one failed, so that one run shows everything; returns the names of those that failed. */
export function runAll(steps: readonly Step[]): readonly string[] {
  return steps.filter((step) => runStep(step) !== 0).map((step) => step.name);
}
