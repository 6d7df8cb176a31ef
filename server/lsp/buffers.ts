import type { FilePath } from '#analysis/finding.ts';
import type { FileChange } from '#analysis/frontends/typescript/engine.ts';

/**
 * Texts that the worker has to know because they differ from the disk, and which of them it does not know yet.
 * Many keystrokes between two jobs cost one transfer.
 */
export class Buffers {
  readonly #textOf = new Map<FilePath, () => string>();
  readonly #stale = new Set<FilePath>();

  /** The file is open with this text, read only when it is sent. */
  set(file: FilePath, text: () => string): void {
    this.#textOf.set(file, text);
    this.#stale.add(file);
  }

  /** The file is closed: the disk counts again. */
  delete(file: FilePath): void {
    this.#textOf.delete(file);
    this.#stale.add(file);
  }

  /** The file changed on disk, which matters only when it is not open. */
  touch(file: FilePath): void {
    if (!this.#textOf.has(file)) this.#stale.add(file);
  }

  /** What the worker does not know yet; after this it does. */
  takeChanges(): readonly FileChange[] {
    const changes = [...this.#stale].map((file) => ({ file, text: this.#textOf.get(file)?.() }));
    this.#stale.clear();
    return changes;
  }

  /** A new worker knows nothing. */
  forgetTransfers(): void {
    this.#stale.clear();
    for (const file of this.#textOf.keys()) this.#stale.add(file);
  }
}
