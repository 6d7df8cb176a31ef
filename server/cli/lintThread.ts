import { Worker } from 'node:worker_threads';
import { emptyPart, type LintPart, type LintRequest } from '#workspace/lintRequest.ts';
import { UserError } from '#workspace/userError.ts';
import { cancelSlot, type LintMessage } from './lintMessages.ts';

export interface LintThreadOptions {
  /** The built or source `lintWorker`. */
  readonly script: URL;
  readonly signal: AbortSignal;
  progress(done: number, total: number): void;
  log(line: string): void;
}

export interface LintOutcome {
  readonly parts: readonly LintPart[];
  /** `false` when the signal ended the run. */
  readonly isComplete: boolean;
}

/** After an interrupt the thread may finish the file it is at; a compiler in the middle of a large project takes longer than a person waits. */
const graceMs = 1500;

/**
 * Judges in a thread of its own: an interrupt is answered at once, and what was known by then is returned.
 * A thread that dies, for example out of memory, leaves an internal problem beside its parts.
 * @throws UserError for wrong use
 */
export async function lintInThread(request: LintRequest, options: LintThreadOptions): Promise<LintOutcome> {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(options.script, { workerData: { request, shared }, stdout: true });
  worker.stdout.pipe(process.stderr);
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    Atomics.store(shared, cancelSlot, 1);
    timer = setTimeout(() => void worker.terminate(), graceMs);
  };
  options.signal.addEventListener('abort', stop, { once: true });
  try {
    return await outcomeOf(worker, options);
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

async function outcomeOf(worker: Worker, options: LintThreadOptions): Promise<LintOutcome> {
  const parts: LintPart[] = [];
  const end = await new Promise<End>((resolve) => {
    worker.on('message', (message: LintMessage) => {
      if (message.kind === 'part') parts.push(message.part);
      else if (message.kind === 'progress') options.progress(message.done, message.total);
      else if (message.kind === 'log') options.log(message.line);
      else resolve(message);
    });
    worker.once('error', (error: Error) => resolve({ kind: 'crashed', stack: error.stack ?? error.message }));
    worker.once('exit', (code) => resolve({ kind: 'crashed', stack: `The analysis thread ended with code ${code}` }));
  });
  if (end.kind === 'refused') throw new UserError(end.message);
  // Whatever broke while we were leaving: the compiler's own process gets the interrupt of the terminal too.
  if (options.signal.aborted) return { parts, isComplete: false };
  return { parts: end.kind === 'done' ? parts : [...parts, crashed(end.stack, options)], isComplete: true };
}

type End = Exclude<LintMessage, { readonly kind: 'part' | 'progress' | 'log' }>;

function crashed(stack: string, options: LintThreadOptions): LintPart {
  options.log(stack);
  const message = `The analysis ended unexpectedly: ${stack.split('\n', 1)[0] ?? ''} (a bug of Rubato)`;
  const problem = { file: undefined, position: undefined, message, kind: 'internal' } as const;
  return { ...emptyPart, problems: [problem] };
}
