/** The thread that judges, so that the main thread is always free for signals. Its `workerData`: the request and the shared memory. */
import { parentPort, workerData } from 'node:worker_threads';
import { lint } from '#workspace/lint.ts';
import type { LintRequest } from '#workspace/lintRequest.ts';
import { UserError } from '#workspace/userError.ts';
import { cancelSlot, type LintMessage } from './lintMessages.ts';

export interface LintWorkerData {
  readonly request: LintRequest;
  readonly shared: Int32Array;
}

if (isOurs(workerData)) await run(workerData);

async function run({ request, shared }: LintWorkerData): Promise<void> {
  const isCanceled = (): boolean => Atomics.load(shared, cancelSlot) !== 0;
  const observer = { isCanceled, progress: throttledProgress(), log: (line: string) => post({ kind: 'log', line }) };
  try {
    for await (const part of lint(request, observer)) post({ kind: 'part', part });
    post({ kind: 'done' });
  } catch (error) {
    if (error instanceof UserError) post({ kind: 'refused', message: error.message });
    else post({ kind: 'crashed', stack: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

/** The terminal is drawn ten times a second; more messages would only cost time. */
function throttledProgress(): (done: number, total: number) => void {
  let last = 0;
  return (done, total) => {
    const now = performance.now();
    if (now - last < 100) return;
    last = now;
    post({ kind: 'progress', done, total });
  };
}

function post(message: LintMessage): void {
  const port = parentPort;
  if (port !== null) port.postMessage(message);
}

/** Only the main thread starts this script, so the shape is known. */
function isOurs(data: unknown): data is LintWorkerData {
  return typeof data === 'object' && data !== null && 'request' in data && 'shared' in data;
}
