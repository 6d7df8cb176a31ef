import type { StatusParams } from '#protocol/lsp.ts';

/** Work shorter than this is not worth a change in the status bar, in ms. */
const noticeableMs = 300;

/** Tells the client the state of the server, only when it changed, and without flicker at each keystroke. */
export class StatusReporter {
  readonly #send: (status: StatusParams) => void;
  readonly #current: () => StatusParams;
  #sent = '';
  #timer: NodeJS.Timeout | undefined;

  /** `current` reads the present state whenever it may have changed. */
  constructor(current: () => StatusParams, send: (status: StatusParams) => void) {
    this.#current = current;
    this.#send = send;
  }

  /** Something may have changed. */
  update(): void {
    if (this.#current().state === 'analyzing') this.#timer ??= setTimeout(() => this.#flush(), noticeableMs).unref();
    else this.#flush();
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const status = this.#current();
    const text = JSON.stringify(status);
    if (text === this.#sent) return;
    this.#sent = text;
    this.#send(status);
  }
}
