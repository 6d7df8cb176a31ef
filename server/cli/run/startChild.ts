import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import type { ChildCommand } from './childCommand.ts';
import { shellLine } from './shellLine.ts';

/** How the child ended, or why it did not start. */
export type Ending =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'not-started'; readonly code: number; readonly message: string };

/** Signals that end a shell's command, and the one that programs use for themselves. */
const forwarded: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'];

/** Runs the command on our own input and output until it ends; signals that reach us reach it. */
export async function runChild(command: ChildCommand, env: NodeJS.ProcessEnv): Promise<Ending> {
  // Of a variable that is not set, in a script: `rubato run "$CMD"`.
  if (command.file === '') return { kind: 'not-started', code: 127, message: "'': command not found" };
  const child = start(command, env);
  const stopForwarding = forwardSignals(child);
  try {
    return await ending(child, command.file);
  } finally {
    stopForwarding();
  }
}

function start({ file, args }: ChildCommand, env: NodeJS.ProcessEnv): ChildProcess {
  // npm and npx are scripts of the command interpreter on Windows, which Node starts only through it.
  const needsShell = process.platform === 'win32' && !/\.(?:exe|com)$/i.test(file) && file !== 'node';
  if (needsShell) return spawn(shellLine([file, ...args]), { env, shell: true, stdio: 'inherit' });
  return spawn(file, [...args], { env, stdio: 'inherit' });
}

function ending(child: ChildProcess, file: string): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(notStarted(error, file)));
    child.once('exit', (code, signal) => {
      resolve(signal === null ? { kind: 'exited', code: code ?? 0 } : { kind: 'killed', signal });
    });
  });
}

/** As shells say it: 127 for what is not there, 126 for what cannot be run. */
function notStarted(error: Error, file: string): Ending {
  const isMissing = 'code' in error && error.code === 'ENOENT';
  const message = isMissing ? `${file}: command not found` : `${file}: cannot be run (${error.message})`;
  return { kind: 'not-started', code: isMissing ? 127 : 126, message };
}

function forwardSignals(child: ChildProcess): () => void {
  // A terminal sends Ctrl-C to the whole group: passing it on would make two of one, which many programs take as "at once".
  const isAtTerminal = [0, 1, 2].some((fd) => isatty(fd));
  const listeners = forwarded.map((signal) => {
    const forward = (): void => void (signal === 'SIGINT' && isAtTerminal ? undefined : child.kill(signal));
    process.on(signal, forward);
    return { signal, forward };
  });
  return () => listeners.forEach(({ signal, forward }) => process.off(signal, forward));
}

/** Ends this process as the child ended, so that whoever waits for us sees the same. Returns the code to end with where that is no signal. */
export function endAs(result: Ending): number {
  if (result.kind !== 'killed') return result.code;
  try {
    process.kill(process.pid, result.signal);
  } catch {
    // Not every system knows every signal; the code says it as shells do.
  }
  return 128 + (constants.signals[result.signal] ?? 0);
}
