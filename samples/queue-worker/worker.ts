import type { Job, JobHandler, JobLog } from './job.ts';
import type { Queue } from './queue.ts';
import { withRetry, withSecondChance } from './retry.ts';

export interface WorkerParts {
  readonly queue: Queue;
  readonly handlers: Readonly<Record<Job['kind'], JobHandler>>;
  readonly log: JobLog;
}

export class Worker {
  readonly #parts: WorkerParts;
  readonly #running = new Set<Promise<void>>();
  // Takes a promise that nobody ever reads.
  #report: Promise<void> | undefined;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    // Not async: each promise has a handler and a place where somebody waits for it.
    parts.queue.on('added', (job) => {
      const work = this.#work(job)
        .catch((error: unknown) => console.error(`job ${job.id} failed`, error))
        .finally(() => this.#running.delete(work));
      this.#running.add(work);
    });
    // Nobody awaits a listener, and announce can fail.
    parts.queue.on('added', this.#announce);
    parts.queue.on('empty', () => {
      parts.log.flush().catch((error: unknown) => console.error('log lost', error));
    });
  }

  readonly #announce = async (job: Job): Promise<void> => {
    if (job.id < 0) throw new Error(`wrong number ${job.id}`);
    await this.#parts.log.flush();
  };

  /** Waits until everything is done that was added so far. */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
    this.#report = this.#parts.log.flush();
    // Compares the promise, not the number.
    if (this.#parts.queue.size() === undefined) console.log('never said');
  }

  async #work(job: Job): Promise<void> {
    const handler = this.#parts.handlers[job.kind];
    const result = await withRetry(3, () => handler.run(job));
    // Blocks, if the log is the one that writes at once.
    this.#parts.log.append(result);
    // Hides an error of the check.
    void this.#check(job);
    this.#parts.queue.done(job);
  }

  async #check(job: Job): Promise<void> {
    const again = await withSecondChance(() => this.#parts.handlers[job.kind].run(job));
    if (again === '') throw new Error(`job ${job.id} came to nothing`);
  }

  /** Only ever adds to the list: the jobs run, and nobody waits for them. */
  warmUp(jobs: readonly Job[]): void {
    const started: Promise<string>[] = [];
    for (const job of jobs) started.push(this.#parts.handlers[job.kind].run(job));
  }

  /** All at once, and each result is looked at. */
  async runAll(jobs: readonly Job[]): Promise<number> {
    const started = jobs.map((job) => this.#parts.handlers[job.kind].run(job));
    const results = await Promise.allSettled(started);
    return results.filter(({ status }) => status === 'fulfilled').length;
  }
}
