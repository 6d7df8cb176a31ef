import type { Job, JobResult } from './jobs.ts';

/** Order of jobs: what a person waits for comes first. Smaller is sooner. */
export const priorities = { request: 0, edit: 1, program: 2, neighbor: 3, background: 4 } as const;
export type Priority = (typeof priorities)[keyof typeof priorities];

/** Where the jobs go: one at a time. */
export interface JobRunner {
  /** Starts a job. The queue hears of its end through `done`, `canceled`, `failed` or `crashed`. */
  start(id: number, job: Job): void;
  /** Asks to give the running job up; it may still end otherwise. */
  cancel(id: number): void;
}

/** A job and what becomes of it. */
interface Entry {
  /** Jobs of the same key replace each other: only the last version of a question matters. */
  readonly key: string;
  readonly priority: Priority;
  readonly job: Job;
  /** `undefined`: replaced by a newer one, failed, or the queue was closed. */
  readonly settle: (result: JobResult | undefined) => void;
  failures: number;
}

interface Running {
  readonly id: number;
  readonly entry: Entry;
  /** Nobody waits for its result any more. */
  isReplaced: boolean;
}

/**
 * Runs one job at a time, most urgent first. A more urgent job interrupts the running one, which is run again later; a newer job of
 * the same key replaces an older one, running or not.
 *
 * Invariant: every promise that `put` returns is settled, and never rejects.
 */
export class JobQueue {
  readonly #runner: JobRunner;
  #waiting: readonly Entry[] = [];
  #running: Running | undefined;
  #lastId = 0;
  #state: 'open' | 'paused' | 'closed' = 'open';

  constructor(runner: JobRunner) {
    this.#runner = runner;
  }

  /** Nothing runs and nothing waits. */
  get isIdle(): boolean {
    return this.#running === undefined && this.#waiting.length === 0;
  }

  put(key: string, priority: Priority, job: Job): Promise<JobResult | undefined> {
    this.drop(key);
    if (this.#state === 'closed') return Promise.resolve(undefined);
    return new Promise((settle) => {
      this.#waiting = [...this.#waiting, { key, priority, job, settle, failures: 0 }];
      if (this.#running !== undefined && priority < this.#running.entry.priority) this.#runner.cancel(this.#running.id);
      this.#startNext();
    });
  }

  /** Takes the job of this key back: its promise gives `undefined`. */
  drop(key: string): void {
    for (const entry of this.#waiting.filter((each) => each.key === key)) entry.settle(undefined);
    this.#waiting = this.#waiting.filter((each) => each.key !== key);
    if (this.#running?.entry.key !== key) return;
    this.#running.isReplaced = true;
    this.#runner.cancel(this.#running.id);
  }

  done(id: number, result: JobResult): void {
    const ended = this.#end(id);
    ended?.entry.settle(ended.isReplaced ? undefined : result);
    this.#startNext();
  }

  canceled(id: number): void {
    const ended = this.#end(id);
    if (ended?.isReplaced === true) ended.entry.settle(undefined);
    else if (ended !== undefined) this.#waiting = [ended.entry, ...this.#waiting];
    this.#startNext();
  }

  /** The job threw. It gets a second try, on whatever the runner has renewed since. */
  failed(id: number): void {
    this.#retry(this.#end(id));
    this.#startNext();
  }

  /** The runner died. Jobs wait until `resume`; one that kills the runner twice is given up. */
  crashed(): void {
    const ended = this.#running;
    this.#running = undefined;
    this.#state = 'paused';
    this.#retry(ended);
  }

  resume(): void {
    this.#state = 'open';
    this.#startNext();
  }

  /** Settles everything with `undefined`, and what is put later at once, until `resume`. */
  close(): void {
    this.#state = 'closed';
    for (const entry of this.#waiting) entry.settle(undefined);
    this.#running?.entry.settle(undefined);
    this.#waiting = [];
    this.#running = undefined;
  }

  #retry(ended: Running | undefined): void {
    if (ended === undefined) return;
    ended.entry.failures += 1;
    if (ended.isReplaced || ended.entry.failures > 1) ended.entry.settle(undefined);
    else this.#waiting = [ended.entry, ...this.#waiting];
  }

  #end(id: number): Running | undefined {
    if (this.#running?.id !== id) return undefined;
    const ended = this.#running;
    this.#running = undefined;
    return ended;
  }

  #startNext(): void {
    if (this.#state !== 'open' || this.#running !== undefined) return;
    const [first] = this.#waiting.toSorted((a, b) => a.priority - b.priority);
    if (first === undefined) return;
    this.#waiting = this.#waiting.filter((entry) => entry !== first);
    this.#lastId += 1;
    this.#running = { id: this.#lastId, entry: first, isReplaced: false };
    this.#runner.start(this.#lastId, first.job);
  }
}
