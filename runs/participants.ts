import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runFolder, type UntracedProcess } from '#protocol/runFolder.ts';
import { isAlive, tracedProcesses } from './processMarks.ts';
import { readText } from './readText.ts';

const pollMs = 25;
/** A line has some 60 bytes. */
const maxUntracedBytes = 4 * 1024 * 1024;

/** Who took part in a run. */
export interface Participants {
  readonly traced: readonly number[];
  /** Traced processes that go on without the command; their part of the trace is not complete. */
  readonly alive: readonly number[];
  readonly untraced: readonly UntracedProcess[];
}

/** Waits until all traced processes have ended, at most that long. */
export async function participants(folder: string, mostMs: number): Promise<Participants> {
  const deadline = Date.now() + mostMs;
  for (;;) {
    const traced = await tracedProcesses(folder);
    const alive = traced.filter(isAlive);
    if (alive.length === 0 || Date.now() >= deadline) return { traced, alive, untraced: await untraced(folder) };
    await wait(pollMs);
  }
}

/** Each process once. */
async function untraced(folder: string): Promise<readonly UntracedProcess[]> {
  const text = (await readText(path.join(folder, runFolder.untraced), maxUntracedBytes)) ?? '';
  const found = new Map(text.split('\n').flatMap((line) => parseLine(line).map((each) => [each.pid, each])));
  return [...found.values()];
}

function parseLine(line: string): readonly UntracedProcess[] {
  try {
    const value: unknown = JSON.parse(line);
    return isUntraced(value) ? [value] : [];
  } catch {
    // The last line, of a process that was killed while it wrote.
    return [];
  }
}

function isUntraced(value: unknown): value is UntracedProcess {
  return typeof value === 'object' && value !== null && 'pid' in value && 'reason' in value && 'kind' in value;
}
