/** The main thread's side of the drain worker: starts it, and keeps what was said before. */
import { MessageChannel, Worker, setEnvironmentData, type MessagePort } from 'node:worker_threads';
import type { HookSettings } from '#protocol/hookSettings.ts';
import type { Control } from '#protocol/messages.ts';
import {
  environmentKey,
  isWorkerMessage,
  type DrainData,
  type ThreadMessage,
  type ThreadStart,
} from '../drain/messages.ts';
import { wake, type DrainLink } from './drainLink.ts';
import { control, owner, takeOwnership } from './threadMemory.ts';

export interface DrainOptions {
  readonly settings: HookSettings;
  /** Absolute path of the worker's code. */
  readonly workerFile: string;
  /** The worker was started; its `worker` event must not reach the program. */
  readonly onWorker: (worker: Worker) => void;
  /** The worker died, or could not be started. */
  readonly onFault: (error: unknown) => void;
}

/** Memory of the worker's heap in MB; the sites of a very large program take 30. */
const heapMb = 160;
const youngHeapMb = 8;

/**
 * The way to the one drain worker of the process, which `start` starts. Until then messages are kept.
 * A worker thread of the program needs it, too, and starts it by being started itself.
 */
export function openDrain(start: ThreadStart, options: DrainOptions): DrainLink {
  return new DrainWorker(start, options);
}

class DrainWorker implements DrainLink {
  readonly control = new Int32Array(new SharedArrayBuffer(control.words * 4));
  readonly #options: DrainOptions;
  readonly #threadStart: ThreadStart;
  readonly #channel: string;
  #port: MessagePort | undefined;
  #state: 'waits' | 'starts' | 'started' = 'waits';
  /** Everything that was sent, until a worker has begun with it. */
  #messages: ThreadMessage[] | undefined = [];
  #hasThreads = false;
  #listener: ((request: Control) => void) | undefined;

  constructor(start: ThreadStart, options: DrainOptions) {
    this.#options = options;
    this.#threadStart = start;
    this.#channel = `rubato.drain.${process.pid}.${start.startNs}`;
    setEnvironmentData(environmentKey, Object(this.#address()));
  }

  /**
   * What threads of the program get. It is copied when one is made, which may be the last thing this thread does for long: it may wait for that
   * one without its loop turning. So the copying itself starts the worker.
   */
  #address(): object {
    const onCopy = (): string => {
      if (this.#state !== 'starts') this.#hasThreads = true;
      this.#attemptStart();
      return this.#channel;
    };
    return {
      control: this.control,
      parentThread: this.#threadStart.thread,
      get channel() {
        return onCopy();
      },
    };
  }

  start(): void {
    if (this.#state !== 'waits') return;
    this.#state = 'starts';
    try {
      this.#startWorker();
    } finally {
      this.#state = 'started';
    }
  }

  /** It is the program that starts a thread, and must not hear of this. */
  #attemptStart(): void {
    try {
      this.start();
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  #startWorker(): void {
    const { port1, port2 } = new MessageChannel();
    const { made: worker, ticks } = withoutTicks(() => this.#newWorker(port2));
    worker.unref();
    this.#options.onWorker(worker);
    for (const tick of ticks) tick();
    worker.on('error', this.#options.onFault);
    worker.on('exit', () => this.#options.onFault(new Error('The drain worker is gone.')));
    this.#port = port1;
    for (const message of this.#messages ?? []) port1.postMessage(message);
    if (this.#listener !== undefined) hearPort(port1, this.#listener);
    port1.unref();
  }

  #newWorker(port: MessagePort): Worker {
    return new Worker(this.#options.workerFile, {
      name: 'rubato',
      workerData: this.#data(port),
      transferList: [port],
      // Neither the program's preloads nor its flags: they are not for us, and ours would trace itself.
      env: {},
      execArgv: [],
      argv: [],
      // Kept from the program's streams.
      stdin: false,
      stdout: true,
      stderr: true,
      trackUnmanagedFds: false,
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: youngHeapMb },
    });
  }

  #data(port: MessagePort): DrainData {
    const { settings } = this.#options;
    const start = this.#threadStart;
    return { settings, control: this.control, channel: this.#channel, port, start, socketFolders: socketFolders() };
  }

  send(message: ThreadMessage): void {
    this.sendSoon(message);
    wake(this.control);
  }

  sendSoon(message: ThreadMessage): void {
    if (this.#messages !== undefined) this.#keep(message);
    this.#port?.postMessage(message);
  }

  #keep(message: ThreadMessage): void {
    if (Atomics.load(this.control, control.owner) === owner.nobody) this.#messages?.push(message);
    else this.#messages = undefined;
  }

  onControl(listener: (request: Control) => void): void {
    this.#listener = listener;
    if (this.#port !== undefined) hearPort(this.#port, listener);
  }

  takeBack(): readonly ThreadMessage[] | undefined {
    // What threads of the program have said went to the worker alone.
    if (this.#hasThreads || !takeOwnership(this.control, owner.mainThread)) return undefined;
    return this.#messages;
  }
}

/**
 * Makes a worker without a tick of Node's left behind: while one waits, Node runs what follows a script from its queue of ticks, and that shows in
 * stacks as one more frame. What it would have done is returned; it tells of the new worker, to nobody.
 */
function withoutTicks<T>(make: () => T): { readonly made: T; readonly ticks: readonly (() => void)[] } {
  const ticks: (() => void)[] = [];
  const before = Object.getOwnPropertyDescriptor(process, 'nextTick');
  const keep = (tick: () => void, ...values: []): void => void ticks.push(() => tick(...values));
  // Not where the program has frozen it, or made an accessor of it.
  const isValue = before?.configurable === true && 'value' in before;
  const isKept = isValue && Reflect.defineProperty(process, 'nextTick', { ...before, value: keep });
  try {
    return { made: make(), ticks };
  } finally {
    if (isKept) Object.defineProperty(process, 'nextTick', before);
  }
}

/** Short paths, because a socket's may have only some 100 bytes. */
function socketFolders(): readonly string[] {
  const { XDG_RUNTIME_DIR: runtimeFolder, TMPDIR: temporary } = process.env;
  const own = `rubato-${process.getuid?.() ?? 0}`;
  const parents = [runtimeFolder, temporary, '/tmp'].filter((folder) => folder !== undefined && folder !== '');
  return parents.map((folder) => `${folder}/${own}`);
}

function hearPort(port: MessagePort, listener: (request: Control) => void): void {
  port.on('message', (data: unknown) => {
    if (isWorkerMessage(data)) listener(data.control);
  });
  port.unref();
}
