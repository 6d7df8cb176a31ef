import { Worker } from 'node:worker_threads';
import type { ReaderAnswer, ReaderRequest } from '#reader/messages.ts';

/** What the owner of the thread hears. */
export interface ReaderListener {
  answer(answer: ReaderAnswer): void;
  /** The thread is gone with all its sessions, with the reason for the log. The next `send` starts a new one. */
  died(reason: string): void;
}

/** Answers are passed on for so long in one turn of the loop. ms */
const turnMs = 8;

/** The worker that reads traces: begins with the first request. */
export class ReaderThread {
  readonly #script: string;
  readonly #listener: ReaderListener;
  #worker: Worker | undefined;
  /** A port hands over all that came at once; of a large trace that is work for some hundred ms. */
  #waiting: ReaderAnswer[] = [];

  /** `script`: absolute path of its program. */
  constructor(script: string, listener: ReaderListener) {
    this.#script = script;
    this.#listener = listener;
  }

  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  send(request: ReaderRequest): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(request);
  }

  /** Ends it in silence: nobody is told that it died. */
  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#waiting = [];
    await worker?.terminate();
  }

  #start(): Worker {
    // Flags and preloads of the extension host are not meant for it.
    const worker = new Worker(this.#script, { execArgv: [], name: 'rubato-reader' });
    worker.on('message', (answer: ReaderAnswer) => {
      if (this.#worker === worker) this.#take(answer);
    });
    worker.once('error', (error) =>
      this.#die(worker, error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    worker.once('exit', (code) => this.#die(worker, `exit code ${code}`));
    return worker;
  }

  #take(answer: ReaderAnswer): void {
    this.#waiting.push(answer);
    if (this.#waiting.length === 1) this.#passOnSoon();
  }

  #passOnSoon(): void {
    setImmediate(() => this.#passOn(turnMs));
  }

  /** In their order; after so many ms others have their turn. */
  #passOn(ms: number): void {
    const begin = performance.now();
    try {
      do {
        const answer = this.#waiting.shift();
        if (answer === undefined) return;
        this.#listener.answer(answer);
      } while (performance.now() - begin < ms);
    } finally {
      if (this.#waiting.length > 0) this.#passOnSoon();
    }
  }

  /** `error` and `exit` both come for one death; a worker that was stopped has no say. */
  #die(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#passOn(Number.POSITIVE_INFINITY);
    this.#listener.died(reason);
  }
}
