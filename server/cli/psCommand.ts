import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import { realPath, toFilePath } from '#workspace/paths.ts';
import { UserError } from '#workspace/userError.ts';
import { exitCodes, type ExitCode } from './exitCodes.ts';
import { interrupts } from './interrupts.ts';
import { writeAll } from './output.ts';
import { whileAttached, type Attached } from './ps/attach.ts';
import { heapBytes, takePicture, type Script } from './ps/picture.ts';
import { waitsJson, waitsText, type PsReport } from './ps/printWaits.ts';
import type { Session } from './ps/session.ts';
import { threadReport, type ThreadReport } from './ps/threadReport.ts';
import { whileOnWorkers } from './ps/workerThreads.ts';

/** Options of `rubato ps` as the command line gives them. */
export interface PsOptions {
  readonly format: 'text' | 'json';
  /** Functions of libraries and of Node too. */
  readonly all?: boolean;
  /** Levels of the tree. */
  readonly depth?: number;
  /** Do not ask before a long stop. */
  readonly yes?: boolean;
}

/** Shows what a running Node process waits for. @throws UserError when it cannot be looked into */
export async function psCommand(pid: number, options: PsOptions): Promise<ExitCode> {
  const interrupt = interrupts();
  try {
    const report = await whileAttached(pid, interrupt.signal, async (attached) =>
      look({ ...attached, pid, signal: interrupt.signal }, options),
    );
    const text = options.format === 'json' ? waitsJson(report) : waitsText(report, styleText);
    await writeAll(process.stdout, text);
    return exitCodes.ok;
  } catch (error) {
    const code = interrupt.exitCode();
    if (code === undefined) throw error;
    return code;
  } finally {
    interrupt.dispose();
  }
}

interface Looking extends Attached {
  readonly pid: number;
  readonly signal: AbortSignal;
}

async function look({ pid, session, node, startedAt, signal }: Looking, options: PsOptions): Promise<PsReport> {
  const threads: ThreadReport[] = [];
  const lookAt = async (thread: Omit<Looked, 'startedAt' | 'signal'>): Promise<void> => {
    threads.push(await lookAtThread({ ...thread, startedAt, signal }, options));
  };
  await whileOnWorkers(session, async (workers) => {
    const all = [{ id: 0, title: '', session }, ...workers];
    const sizes = await Promise.all(all.map(async (thread) => heapBytes(thread.session)));
    await announce(sizes.map(expectedMs), options);
    for (const [index, thread] of all.entries()) await lookAt({ ...thread, bytes: sizes[index] ?? 0 });
  });
  return { pid, node, threads };
}

interface Looked {
  readonly id: number;
  readonly title: string;
  readonly session: Session;
  readonly bytes: number;
  readonly startedAt: number;
  readonly signal: AbortSignal;
}

async function lookAtThread(looked: Looked, options: PsOptions): Promise<ThreadReport> {
  const { id, title, session, bytes, startedAt, signal } = looked;
  signal.throwIfAborted();
  const isShown = (script: Script | undefined): boolean => options.all === true || isOwn(script);
  const picture = await takePicture(session, { isShown, expectedMs: expectedMs(bytes), signal });
  const cwd = toFilePath(process.cwd(), '.');
  return threadReport(
    picture,
    { id, title, heapBytes: bytes },
    { cwd: (await realPath(cwd)) ?? cwd, startedAt, depth: options.depth ?? Infinity, isShown },
  );
}

/** The program's own code, not that of Node or of a package. */
function isOwn(script: Script | undefined): boolean {
  return script !== undefined && !script.url.startsWith('node:') && !script.url.includes('/node_modules/');
}

const msPerMegabyte = 150;

/** How long a thread will stand still, from the size of its heap; measured on a slow machine, so rather too long. */
function expectedMs(bytes: number): number {
  return (bytes / 1e6) * msPerMegabyte;
}

/** Stops longer than this are asked for. */
const longMs = 2000;

/** Says how long the threads will stand still, one after the other. @throws UserError when that is long and nobody agreed */
async function announce(stops: readonly number[], { yes }: PsOptions): Promise<void> {
  const longest = Math.max(...stops);
  const about = `The process will stand still for about ${(longest / 1000).toFixed(1)} s`;
  if (longest <= longMs || yes === true) return void process.stderr.write(`${about}\n`);
  if (!process.stdin.isTTY) throw new UserError(`${about}: say --yes if it may`);
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asked.question(`${about}. Go on? [y/N] `);
    if (!/^y(?:es)?$/i.test(answer.trim())) throw new UserError('Not looked at');
  } finally {
    asked.close();
  }
}
