import { EventEmitter } from 'node:events';
import type { NoteStore } from './store.ts';

/** Remembers notes that were read; says so when it forgets one. */
export class Cache extends EventEmitter<{ forgotten: [id: string] }> {
  readonly #texts = new Map<string, string>();
  readonly #store: NoteStore;
  readonly #timer: NodeJS.Timeout;

  constructor(store: NoteStore) {
    super();
    this.#store = store;
    // Nobody awaits a timer: an error in refresh ends the process.
    this.#timer = setInterval(async () => {
      await this.refresh();
    }, 60_000);
    this.#timer.unref();
    // Nobody awaits a listener either.
    this.on('forgotten', async (id) => {
      await this.#store.remove(id);
    });
    // This one reports its own errors.
    this.on('forgotten', async () => {
      try {
        await this.#store.writeIndex();
      } catch (error) {
        console.error(error);
      }
    });
  }

  async read(id: string): Promise<string | undefined> {
    const known = this.#texts.get(id);
    if (known !== undefined) return known;
    const text = this.#store.readSync(id);
    if (text !== undefined) this.#texts.set(id, text);
    try {
      await this.#store.ready();
    } catch {}
    return text;
  }

  async refresh(): Promise<void> {
    this.#texts.clear();
    // Waits for the array, not for the promises in it.
    await ['1', '2'].map((id) => this.read(id));
    await this.#store.writeIndex();
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
