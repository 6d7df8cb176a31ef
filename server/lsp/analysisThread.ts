import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker } from './jobs.ts';
import { sharedSlots } from './jobs.ts';

/** What the owner of the thread hears. */
export interface ThreadListener {
  message(message: FromWorker): void;
  /** The thread is gone, with the reason for the log. `start` brings a new one. */
  died(reason: string): void;
}

/** Heap of the worker: with less, a large program ends it; with more, it would take the machine down with it. */
const heapMb = 4096;
/** A job that passes no checkpoint for so long hangs; opening a very large program takes a part of it. */
const hangMs = 120_000;

/** The worker that analyzes, and the memory shared with it. */
export class AnalysisThread {
  readonly #script: URL;
  readonly #listener: ThreadListener;
  /** Temporary files of the thread: it ends without a chance to remove them itself. The thread makes the folder. */
  readonly #scratch = path.join(tmpdir(), `rubato-server-${randomUUID()}`);
  #shared = new Int32Array(new SharedArrayBuffer(8));
  #worker: Worker | undefined;
  #watchdog: NodeJS.Timeout | undefined;

  constructor(script: URL, listener: ThreadListener) {
    this.#script = script;
    this.#listener = listener;
    process.once('exit', () => {
      try {
        rmSync(this.#scratch, { recursive: true, force: true });
      } catch {
        // Windows keeps what a compiler still has open.
      }
    });
  }

  start(): void {
    this.#shared = new Int32Array(new SharedArrayBuffer(8));
    const worker = new Worker(this.#script, {
      workerData: { shared: this.#shared },
      // What os.tmpdir() reads, on all systems.
      env: { ...process.env, TMPDIR: this.#scratch, TEMP: this.#scratch, TMP: this.#scratch },
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
      stdout: true,
    });
    // What the worker prints must not get into the protocol on stdout.
    worker.stdout.pipe(process.stderr);
    this.#worker = worker;
    worker.on('message', (message: FromWorker) => this.#receive(message));
    worker.once('error', (error) =>
      this.#die(worker, error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    worker.once('exit', (code) => this.#die(worker, `exit code ${code}`));
  }

  /** Sends a job; from now on its pulse is watched until `message` brings its end. */
  send(message: ToWorker): void {
    this.#worker?.postMessage(message);
    this.#watch(this.#pulse());
  }

  /** Asks the job of this id to stop at its next checkpoint. */
  cancel(id: number): void {
    Atomics.store(this.#shared, sharedSlots.cancel, id);
  }

  async dispose(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    clearTimeout(this.#watchdog);
    await worker?.terminate();
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'done' || message.kind === 'canceled' || message.kind === 'failed')
      clearTimeout(this.#watchdog);
    this.#listener.message(message);
  }

  #pulse(): number {
    return Atomics.load(this.#shared, sharedSlots.pulse);
  }

  #watch(before: number): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      const now = this.#pulse();
      if (now === before) this.#kill();
      else this.#watch(now);
    }, hangMs).unref();
  }

  #kill(): void {
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#die(worker, `no sign of life for ${hangMs / 1000} s`);
    worker.terminate().catch(() => undefined);
  }

  /** `error` and `exit` both come for one death; a worker that was disposed of or replaced has no say. */
  #die(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    clearTimeout(this.#watchdog);
    this.#listener.died(reason);
  }
}
