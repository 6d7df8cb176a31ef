import { appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Journal {
  readonly #file = join(tmpdir(), 'rubato-sample-journal.txt');

  write(line: string): void {
    appendFileSync(this.#file, `${line}\n`);
  }
}
