/** One piece of work. */
export interface Job {
  readonly id: number;
  readonly kind: 'mail' | 'thumbnail';
  readonly text: string;
}

/** Does the jobs of one kind. */
export interface JobHandler {
  run(job: Job): Promise<string>;
}

/** Where the worker writes what it did. */
export interface JobLog {
  append(line: string): void;
  flush(): Promise<void>;
}
