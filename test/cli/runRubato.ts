import { spawn, type ChildProcess } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** How a run of the command ended. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Compiled sources are kept between runs, which makes the start three times as fast. */
const cache = fileURLToPath(new URL('../../node_modules/.cache/rubato-tests', import.meta.url));

const script = fileURLToPath(new URL('../../server/cli/main.ts', import.meta.url));

/** Runs the command from source, in a folder, with an environment that is the same on every machine. */
export async function runRubato(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
  return finish(startRubato(cwd, args, env));
}

/** Runs it with a text on its standard input. */
export async function runWithInput(cwd: string, args: readonly string[], input: string): Promise<Run> {
  const child = startRubato(cwd, args);
  child.stdin?.end(input);
  return finish(child);
}

/** Starts it without waiting. Its output must be read: see `finish`. */
export function startRubato(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [script, ...args], { cwd, env: { ...plainEnvironment(), ...env } });
}

export async function finish(child: ChildProcess): Promise<Run> {
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve).once('error', reject);
  });
  const [stdout, stderr, code] = await Promise.all([collect(child.stdout), collect(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** Runs it through a shell: `$RUBATO` stands for the command. */
export async function runInShell(cwd: string, command: string): Promise<Run> {
  const env = { ...plainEnvironment(), RUBATO: `${process.execPath} ${script}` };
  return finish(spawn('bash', ['-c', command], { cwd, env }));
}

/** Without what terminals and CI systems set. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const {
    FORCE_COLOR: _force,
    NO_COLOR: _no,
    GITHUB_STEP_SUMMARY: _summary,
    NODE_TEST_CONTEXT: _test,
    ...rest
  } = process.env;
  return { ...rest, NODE_COMPILE_CACHE: cache };
}

async function collect(stream: NodeJS.ReadableStream | null): Promise<string> {
  return stream === null ? '' : text(stream);
}
