import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { runRubato, type Run } from './runRubato.ts';

/** A running program that `rubato ps` looks at. */
export interface Target {
  readonly pid: number;
  readonly child: ChildProcess;
  /** The next line that it prints. */
  nextLine(): Promise<string>;
  /** What it has printed on the standard error so far. */
  errors(): string;
}

export interface TargetOptions {
  readonly node?: string;
  readonly cwd?: string;
  /** Of its environment. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Starts a program and waits for its first line. Its inspector, once asked for, opens on any free port: tests run beside others. */
export async function startTarget(
  t: TestContext,
  args: readonly string[],
  { node = process.execPath, cwd = '.', variables = {} }: TargetOptions = {},
): Promise<Target> {
  const { NODE_OPTIONS: _options, NODE_TEST_CONTEXT: _test, ...env } = process.env;
  const all = args[0]?.startsWith('--inspect') === true ? args : ['--inspect-port=0', ...args];
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', ...all], {
    cwd,
    env: { ...env, ...variables },
    stdio: 'pipe',
  });
  t.after(() => child.kill('SIGKILL'));
  let errors = '';
  child.stderr.on('data', (part: Buffer) => void (errors += part.toString()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { done, value } = await lines.next();
    if (done === true) assert.fail(`The program ended: ${errors}`);
    return value;
  };
  const target = { pid: child.pid ?? 0, child, nextLine, errors: () => errors };
  await target.nextLine();
  return target;
}

/** Ends it with a signal; resolves when it has ended. */
export async function endTarget({ child }: Target, signal: NodeJS.Signals): Promise<readonly unknown[]> {
  const ended = once(child, 'exit');
  child.kill(signal);
  return ended;
}

/** Looks at it, from its folder. */
export async function ps(folder: string, { pid }: Target, ...args: readonly string[]): Promise<Run> {
  return runRubato(folder, ['ps', String(pid), ...args]);
}

/** The trees alone: without what differs between two runs and without the note at the end. */
export async function trees(folder: string, target: Target, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await ps(folder, target, ...args);
  assert.equal(code, 0, stderr);
  const [text = ''] = stdout.split('\nOnly what could still go on');
  return text
    .replaceAll(/^(.*suspended async functions?) {2}\(Node .*, heap \d+ MB, stopped for \d+\.\d+ s\)$/gm, '$1')
    .replaceAll(`Process ${target.pid}:`, 'Process:')
    .replaceAll(/\n(?:And )?\d+ of libraries and Node itself: --all shows them\n/g, '')
    .trimEnd();
}
