import { EventEmitter } from 'node:events';
import type { Job } from './job.ts';

export interface QueueEvents {
  added: [job: Job];
  empty: [];
}

/** Jobs in memory. */
export class Queue extends EventEmitter<QueueEvents> {
  readonly #jobs = new Set<Job>();

  add(job: Job): void {
    this.#jobs.add(job);
    this.emit('added', job);
  }

  done(job: Job): void {
    this.#jobs.delete(job);
    if (this.#jobs.size === 0) this.emit('empty');
  }

  /** How many jobs wait, counted where they are stored. */
  async size(): Promise<number> {
    return this.#jobs.size;
  }
}
