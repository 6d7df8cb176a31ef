import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Journal } from './journal.ts';

/** Notes in memory, with a journal on disk. */
export class NoteStore {
  readonly #notes = new Map<string, string>([['1', 'first note']]);
  readonly #journal = new Journal();
  #loading: Promise<void> | undefined;

  add(text: string): string {
    const id = String(this.#notes.size + 1);
    this.#notes.set(id, text);
    this.#journal.write(`${id} ${text}`);
    return id;
  }

  /** Not a file: reading from memory does not block. */
  readSync(id: string): string | undefined {
    return this.#notes.get(id);
  }

  titles(): string[] {
    return [...this.#notes.values()];
  }

  async remove(id: string): Promise<void> {
    await this.ready();
    if (!this.#notes.delete(id)) throw new Error(`no note ${id}`);
  }

  /** Waits a moment, so that notes added together are written together. */
  async writeIndex(): Promise<void> {
    await sleep(30);
    await writeFile(join(tmpdir(), 'rubato-sample-index.txt'), this.titles().join('\n'));
  }

  /** A stored promise may be tested: it is not there before the first call. */
  ready(): Promise<void> {
    if (!this.#loading) this.#loading = this.writeIndex();
    return this.#loading;
  }
}
