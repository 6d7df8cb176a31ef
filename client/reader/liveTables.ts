import type { Socket } from 'node:net';
import { listenTo } from '#runs/listenTo.ts';
import { addressOf } from '#runs/processMarks.ts';
import { frameRelay } from './frameRelay.ts';

/** Bytes of live tables that wait to be read at most; a table has up to 4 MB. */
const maxWaiting = 32 * 1024 * 1024;

interface Waiting {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/**
 * Live tables of the processes of a run, over their private sockets, once a second: what is alive, also where nothing is recorded (watch mode, and
 * flight mode until something happens) or records were lost.
 */
export class LiveTables {
  readonly #folder: string;
  readonly #sockets = new Map<string, Socket>();
  #waiting: Waiting[] = [];
  #bytes = 0;
  #isClosed = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Connects to those of these processes that have begun to listen. Throws nothing. */
  async connect(processes: readonly number[]): Promise<void> {
    const addresses = await Promise.all(processes.map((pid) => addressOf(this.#folder, pid)));
    // Nobody would end what is begun now.
    if (this.#isClosed) return;
    for (const address of addresses) {
      if (address === undefined || this.#sockets.has(address.socket)) continue;
      const relay = frameRelay((bytes) => this.#keep(bytes));
      this.#sockets.set(address.socket, listenTo(address, { wants: ['live'], onData: (bytes) => relay.push(bytes) }));
    }
  }

  /** What came before that time, oldest first; once. */
  take(before: number): readonly Uint8Array[] {
    const due = this.#waiting.filter(({ at }) => at < before);
    this.#waiting = this.#waiting.filter(({ at }) => at >= before);
    this.#bytes -= due.reduce((sum, { bytes }) => sum + bytes.length, 0);
    return due.map(({ bytes }) => bytes);
  }

  close(): void {
    this.#isClosed = true;
    for (const socket of this.#sockets.values()) socket.destroy();
    this.#waiting = [];
  }

  /** A newer table says all that an older one said. */
  #keep(bytes: Uint8Array): void {
    this.#waiting.push({ at: performance.now(), bytes });
    this.#bytes += bytes.length;
    while (this.#bytes > maxWaiting) this.#bytes -= this.#waiting.shift()?.bytes.length ?? this.#bytes;
  }
}
