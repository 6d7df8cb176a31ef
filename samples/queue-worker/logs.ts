import { appendFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobLog } from './job.ts';

const file = join(tmpdir(), 'rubato-sample-jobs.txt');

/** Simple, and blocks whoever appends. */
export class DirectLog implements JobLog {
  append(line: string): void {
    appendFileSync(file, `${line}\n`);
  }

  async flush(): Promise<void> {}
}

/** Collects lines and writes them later, without blocking anybody. */
export class BufferedLog implements JobLog {
  #lines: string[] = [];

  append(line: string): void {
    this.#lines.push(line);
  }

  async flush(): Promise<void> {
    const text = this.#lines.map((line) => `${line}\n`).join('');
    this.#lines = [];
    await appendFile(file, text);
  }
}
