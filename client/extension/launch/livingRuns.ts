import { Disposable, EventEmitter } from 'vscode';

/** A run that this window started and that goes on. */
export interface LivingRun {
  /** What a person calls it. */
  readonly title: string;
  /** ms since 1970. */
  readonly startedAt: number;
  /** Ends the program as Ctrl-C would; asked a second time, at once. */
  stop(): Promise<void> | void;
}

/** The runs of this window, the newest first. */
export class LivingRuns extends Disposable {
  readonly #changed = new EventEmitter<void>();
  #all: readonly LivingRun[] = [];

  readonly onDidChange = this.#changed.event;

  constructor() {
    super(() => this.#changed.dispose());
  }

  get all(): readonly LivingRun[] {
    return this.#all;
  }

  /** Ends with the disposable. */
  add(run: LivingRun): Disposable {
    this.#set([run, ...this.#all]);
    return new Disposable(() => this.#set(this.#all.filter((each) => each !== run)));
  }

  #set(all: readonly LivingRun[]): void {
    this.#all = all;
    this.#changed.fire();
  }
}
