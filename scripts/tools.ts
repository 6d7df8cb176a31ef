import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

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

/** A step that failed. */
export interface Failure {
  readonly name: string;
  /** The end of what it printed; empty where a terminal shows all of it. */
  readonly output: string;
}

/** Like `runAll`, for a log of which often only the end is read: what failed on the way can be told there again. */
export async function runAllForLog(steps: readonly Step[]): Promise<readonly Failure[]> {
  // A step that writes to a terminal of its own, with colors, is worth more than a summary.
  if (process.stdout.isTTY) return runAll(steps).map((name) => ({ name, output: '' }));
  const failures: Failure[] = [];
  for (const step of steps) {
    const { status, output } = await runStepForLog(step);
    if (status !== 0) failures.push({ name: step.name, output });
  }
  return failures;
}

const keptCharacters = 6000;

async function runStepForLog({ name, command, args }: Step): Promise<{ status: number; output: string }> {
  const child = spawn(command, args, { stdio: ['inherit', 'pipe', 'pipe'], shell: process.platform === 'win32' });
  let output = '';
  const pass = (stream: NodeJS.WriteStream) => (text: string) => {
    stream.write(text);
    output = (output + text).slice(-keptCharacters);
  };
  child.stdout.setEncoding('utf8').on('data', pass(process.stdout));
  child.stderr.setEncoding('utf8').on('data', pass(process.stderr));
  try {
    const [status]: unknown[] = await once(child, 'close');
    return { status: typeof status === 'number' ? status : 1, output };
  } catch (error) {
    return { status: 1, output: `Cannot run ${name}: ${String(error)}` };
  }
}
