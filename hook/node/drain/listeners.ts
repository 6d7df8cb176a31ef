import { createServer, type Server, type Socket } from 'node:net';
import { frameType, magic } from '#protocol/frames.ts';
import type { Control, Hello } from '#protocol/messages.ts';
import { controlReader } from './controlReader.ts';
import { jsonFrame } from './jsonFrame.ts';
import type { SocketAddress } from './socketAddress.ts';

/** Programs that watch this process over its local socket: they get frames as segments do, as far as they keep up. */
export interface Listeners {
  /** Begins to listen. */
  open(): void;
  addThread(thread: ListenedThread): void;
  removeThread(thread: ListenedThread): void;
  /** To every listener that wants that kind. Copies what it keeps. */
  send(thread: ListenedThread, kind: FrameKind, frame: Uint8Array): void;
  /** How many there are. */
  count(): number;
  /** Sends live tables to those that want them. */
  sendLive(): void;
  close(): void;
}

export type FrameKind = 'records' | 'live' | 'stats' | 'notes' | 'sites';

/** What listeners need of a traced thread. */
export interface ListenedThread {
  readonly hello: Omit<Hello, 'segment'>;
  readonly siteFrames: readonly Uint8Array[];
  liveFrame(): Uint8Array;
  countDroppedFrame(): void;
}

export interface ListenersOptions {
  /** Called when there is time for it; `undefined`: nowhere to listen. */
  readonly newAddress: () => SocketAddress | undefined;
  /** It listens there from now on; `undefined`: no more. */
  readonly onAddress: (address: SocketAddress | undefined) => void;
  /** A request of a listener beyond what it wants to hear. */
  readonly onControl: (control: Control) => void;
  readonly onFault: (error: unknown) => void;
}

const maxListeners = 16;

export function listeners({ newAddress, onAddress, onControl, onFault }: ListenersOptions): Listeners {
  const threads = new Set<ListenedThread>();
  const all = new Set<Listener>();
  let server: Server | undefined;

  function serve(address: SocketAddress): Server {
    const { path, token } = address;
    const created = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      if (all.size < maxListeners) add(new Listener(socket, { token, threads, onControl }), socket);
      else socket.destroy();
    });
    created.on('error', onFault);
    created.listen(path, () => onAddress(address));
    return created;
  }

  function add(listener: Listener, socket: Socket): void {
    all.add(listener);
    socket.on('close', () => all.delete(listener));
  }

  return {
    open() {
      const address = newAddress();
      if (address !== undefined) server = serve(address);
    },
    addThread(thread) {
      threads.add(thread);
      for (const listener of all) listener.greet(thread);
    },
    removeThread: (thread) => void threads.delete(thread),
    send(thread, kind, frame) {
      for (const listener of all) listener.send(thread, kind, frame);
    },
    count: () => all.size,
    sendLive() {
      for (const listener of all) listener.sendLive();
    },
    close() {
      if (server?.listening === true) onAddress(undefined);
      server?.close();
      for (const listener of all) listener.end();
    },
  };
}

interface ListenerOptions {
  readonly token: string;
  readonly threads: ReadonlySet<ListenedThread>;
  readonly onControl: (control: Control) => void;
}

/** Bytes that wait for a slow listener at most. Then records are left out until half of them are gone. */
const maxQueued = 4 * 1024 * 1024;

class Listener {
  readonly #socket: Socket;
  readonly #options: ListenerOptions;
  #wants: ReadonlySet<string> = new Set();
  #isListening = false;
  #isPaused = false;
  /** Records were left out; before more of them a live table says how things stand. */
  #isBehind = false;
  #last: ListenedThread | undefined;

  constructor(socket: Socket, options: ListenerOptions) {
    this.#socket = socket;
    this.#options = options;
    const reader = controlReader((control) => this.#obey(control));
    socket.on('data', (bytes) => {
      if (!reader.feed(bytes)) socket.destroy();
    });
  }

  greet(thread: ListenedThread): void {
    if (!this.#isListening) return;
    this.#address(thread);
    for (const frame of thread.siteFrames) this.#socket.write(frame);
  }

  send(thread: ListenedThread, kind: FrameKind, frame: Uint8Array): void {
    if (!this.#isListening || (kind !== 'sites' && !this.#wants.has(kind))) return;
    if (kind === 'records' && !this.#takesRecords(thread)) return;
    // What else there is, is small; a listener that takes not even that is gone.
    if (this.#socket.writableLength > 2 * maxQueued) return void this.#socket.destroy();
    this.#address(thread);
    this.#socket.write(kind === 'records' ? frame.slice() : frame);
  }

  sendLive(): void {
    if (!this.#isListening || !this.#wants.has('live') || this.#socket.writableLength > maxQueued) return;
    for (const thread of this.#options.threads) {
      this.#address(thread);
      this.#socket.write(thread.liveFrame());
    }
  }

  end(): void {
    this.#socket.end();
  }

  #takesRecords(thread: ListenedThread): boolean {
    if (this.#isPaused) return false;
    const queued = this.#socket.writableLength;
    if (queued > maxQueued || (this.#isBehind && queued > maxQueued / 2)) {
      this.#isBehind = true;
      thread.countDroppedFrame();
      return false;
    }
    if (this.#isBehind) {
      this.#isBehind = false;
      this.sendLive();
    }
    return true;
  }

  /** Frames belong to the last hello. */
  #address(thread: ListenedThread): void {
    if (this.#last === thread) return;
    this.#last = thread;
    const frame = jsonFrame(frameType.hello, { ...thread.hello, segment: 0 });
    if (frame !== undefined) this.#socket.write(frame);
  }

  #obey(control: Control): boolean {
    if (!this.#isListening) return this.#start(control);
    switch (control.kind) {
      case 'pause':
      case 'resume':
        this.#isPaused = control.kind === 'pause';
        return true;
      case 'snapshot':
        this.sendLive();
        return true;
      case 'flush':
      case 'deep':
        this.#options.onControl(control);
        return true;
      case 'listen':
        return false;
      default:
        return control satisfies never;
    }
  }

  #start(control: Control): boolean {
    if (control.kind !== 'listen' || !isSameToken(control.token, this.#options.token)) return false;
    this.#isListening = true;
    this.#wants = new Set(control.wants);
    this.#socket.write(magic.slice());
    for (const thread of this.#options.threads) this.greet(thread);
    this.sendLive();
    return true;
  }
}

/** Takes as long for any wrong token of the right length. */
function isSameToken(given: string, token: string): boolean {
  if (given.length !== token.length) return false;
  let difference = 0;
  for (let at = 0; at < token.length; at += 1) difference |= given.charCodeAt(at) ^ token.charCodeAt(at);
  return difference === 0;
}
