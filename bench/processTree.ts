import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';

/** What a command cost, with every process that it started. */
export interface Cost {
  /** Seconds of CPU in user mode, and in the kernel. */
  readonly user: number;
  readonly system: number;
  /** Seconds. */
  readonly wall: number;
  /** Megabytes (1000 kB) of all its processes together at the worst moment. Pages that they share count for each. */
  readonly peakMb: number;
  readonly exitCode: number;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** File that takes its standard output. */
  readonly outputFile: string;
}

/** Often enough for the peak of a compiler; one look costs some 0.1 ms. */
const pollMs = 20;
/** The unit of CPU times in /proc, the same on every Linux. */
const ticksPerSecond = 100;

/**
 * Runs a command and adds up its whole process tree. CPU is the larger of two figures: what the kernel adds to us when we
 * reap the command, which lacks processes that nobody waited for, and the last looks at each process, which lack up to 20 ms each.
 * @throws Error where there is no /proc, or the command cannot start
 */
export async function costOf(command: Command): Promise<Cost> {
  const before = reapedTicks();
  const seen = new Map<number, Ticks>();
  const start = performance.now();
  const output = openSync(command.outputFile, 'w');
  const child = spawn(command.program, command.args, { cwd: command.cwd, stdio: ['ignore', output, 'pipe'] });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text));
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, look(child.pid ?? 0, seen))), pollMs);
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? 128));
    });
    const wall = (performance.now() - start) / 1000;
    if (exitCode > 1) throw new Error(`${command.program} ${command.args.join(' ')} ended with ${exitCode}: ${errors}`);
    return { ...cpuOf(before, seen), wall, peakMb: peak / 1000, exitCode };
  } finally {
    clearInterval(timer);
    closeSync(output);
  }
}

interface Ticks {
  readonly user: number;
  readonly system: number;
}

function cpuOf(before: Ticks, seen: ReadonlyMap<number, Ticks>): Ticks {
  const after = reapedTicks();
  const polled = [...seen.values()];
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const user = Math.max(after.user - before.user, sum(polled.map((ticks) => ticks.user)));
  const system = Math.max(after.system - before.system, sum(polled.map((ticks) => ticks.system)));
  return { user: user / ticksPerSecond, system: system / ticksPerSecond };
}

/** Notes the CPU times of a process and all below it; returns their resident kilobytes together. */
function look(pid: number, seen: Map<number, Ticks>): number {
  const stat = statOf(pid);
  if (stat === undefined) return 0;
  seen.set(pid, { user: stat.user, system: stat.system });
  return stat.residentKb + childrenOf(pid).reduce((sum, child) => sum + look(child, seen), 0);
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    // The process ended between two reads: the next look shows what is left.
    return [];
  }
}

interface Stat extends Ticks {
  readonly residentKb: number;
}

const pageKb = 4;

/** Fields of proc_pid_stat(5), counted after the name, which may hold spaces: 11 and 12 are the times, 21 the resident pages. */
function statOf(pid: number): Stat | undefined {
  const fields = fieldsOf(`/proc/${pid}/stat`);
  return fields === undefined
    ? undefined
    : { user: fields[11] ?? 0, system: fields[12] ?? 0, residentKb: (fields[21] ?? 0) * pageKb };
}

/** What the kernel has added to this process for children that it waited for, and for those that they waited for. */
function reapedTicks(): Ticks {
  const fields = fieldsOf('/proc/self/stat');
  if (fields === undefined) throw new Error('CPU of process trees is read from /proc, which is not there');
  return { user: fields[13] ?? 0, system: fields[14] ?? 0 };
}

function fieldsOf(file: string): readonly number[] | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    return text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
  } catch {
    // The process ended.
    return undefined;
  }
}
