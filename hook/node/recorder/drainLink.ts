import {
  BroadcastChannel,
  MessageChannel,
  Worker,
  getEnvironmentData,
  setEnvironmentData,
  type MessagePort,
} from 'node:worker_threads';
import type { HookSettings } from '#protocol/hookSettings.ts';
import type { Control } from '#protocol/messages.ts';
import { ring } from '#protocol/records.ts';
import {
  environmentKey,
  heartbeatChannel,
  isDrainAddress,
  isWorkerMessage,
  type DrainAddress,
  type DrainData,
  type ThreadMessage,
  type ThreadStart,
} from '../drain/messages.ts';
import { control, headerOf } from './threadMemory.ts';

/** The way from a thread to the drain worker of its process. */
export interface DrainLink {
  readonly control: Int32Array;
  /** The worker, in the thread that started it: its `worker` event must not reach the program. */
  readonly worker: Worker | undefined;
  send(message: ThreadMessage): void;
  /** The same, but the worker reads it at its next tick: waking it for each of many messages would cost more than they do. */
  sendSoon(message: ThreadMessage): void;
  /** Tells the worker that there is something to do now. */
  wake(): void;
  onControl(listener: (request: Control) => void): void;
}

export interface DrainOptions {
  readonly settings: HookSettings;
  /** Absolute path of the worker's code. */
  readonly workerFile: string;
  /** The worker died, or never came up. */
  readonly onFault: (error: unknown) => void;
}

/** Memory of the worker's heap in MB; the sites of a very large program take 30. */
const heapMb = 160;
const youngHeapMb = 8;

/** A thread that starts together with the process waits that long for the worker to come up, and then to take it. */
const listeningMs = 500;
const takenMs = 50;

/** Starts the one drain worker of the process. Throws what Node throws when there may be no workers. */
export function startDrain(start: ThreadStart, options: DrainOptions): DrainLink {
  const words = new Int32Array(new SharedArrayBuffer(control.words * 4));
  const { port1, port2 } = new MessageChannel();
  const channel = `rubato.drain.${process.pid}.${start.startNs}`;
  const { settings } = options;
  const data: DrainData = { settings, control: words, channel, port: port2, start, socketFolders: socketFolders() };
  const worker = new Worker(options.workerFile, {
    name: 'rubato',
    workerData: data,
    transferList: [port2],
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
  worker.unref();
  worker.on('error', options.onFault);
  worker.on('exit', () => options.onFault(new Error('The drain worker is gone.')));
  port1.unref();
  setEnvironmentData(environmentKey, addressFrom({ control: words, channel, parentThread: start.thread }));
  return {
    control: words,
    worker,
    send(message) {
      port1.postMessage(message);
      wake(words);
    },
    sendSoon: (message) => port1.postMessage(message),
    wake: () => wake(words),
    onControl: (listener) => hearPort(port1, listener),
  };
}

/** Short paths, because a socket's may have only some 100 bytes. */
function socketFolders(): readonly string[] {
  const { XDG_RUNTIME_DIR: runtimeFolder, TMPDIR: temporary } = process.env;
  const own = `rubato-${process.getuid?.() ?? 0}`;
  const parents = [runtimeFolder, temporary, '/tmp'].filter((folder) => folder !== undefined && folder !== '');
  return parents.map((folder) => `${folder}/${own}`);
}

/** Joins the drain worker that another thread of the process has started; `undefined` when none has. */
export function joinDrain(start: ThreadStart): DrainLink | undefined {
  const address = drainAddress();
  if (address === undefined) return undefined;
  const { control: words, channel } = address;
  setEnvironmentData(environmentKey, addressFrom({ control: words, channel, parentThread: start.thread }));
  const send = (message: ThreadMessage): void => {
    broadcast(channel, message);
    wake(words);
  };
  waitFor(words, control.isListening, listeningMs);
  send({ ...start, heartbeat: undefined });
  sendHeartbeat(start, address);
  return {
    control: words,
    worker: undefined,
    send,
    sendSoon: (message) => broadcast(channel, message),
    wake: () => wake(words),
    onControl: (listener) => hearChannel(new BroadcastChannel(`${channel}.${start.thread}`), listener),
  };
}

/** Only to a worker that has taken this thread; without, the thread's blocks are not seen. */
function sendHeartbeat({ thread, heartbeat, memory }: ThreadStart, { channel, control: words }: DrainAddress): void {
  if (heartbeat === undefined || waitFor(headerOf(memory), ring.workerState, takenMs) !== 1) return;
  broadcast(heartbeatChannel(channel, thread), { kind: 'heartbeat', thread, heartbeat });
  wake(words);
}

/** Waits at most that long while the word is 0; returns it. */
function waitFor(words: Int32Array, word: number, mostMs: number): number {
  if (Atomics.load(words, word) === 0) Atomics.wait(words, word, 0, mostMs);
  return Atomics.load(words, word);
}

/** Where the process's drain worker is found by threads that start later. */
export function drainAddress(): DrainAddress | undefined {
  const found: unknown = getEnvironmentData(environmentKey);
  return isDrainAddress(found) ? found : undefined;
}

/** Node's types know only a few values as environment data; it takes all that can be cloned. */
function addressFrom(address: DrainAddress): DrainAddress & Readonly<Record<string, unknown>> {
  return { ...address };
}

/**
 * A port cannot be handed over without the threads' own loops, so each message goes through a channel of that moment: what was posted lies
 * in the worker's queue, even when this thread ends with its next step, and no queue of ours fills up here.
 */
function broadcast(name: string, message: ThreadMessage): void {
  const port = new BroadcastChannel(name);
  try {
    port.postMessage(message);
  } finally {
    // An open one would keep the thread alive.
    port.close();
  }
}

function wake(words: Int32Array): void {
  Atomics.add(words, control.wake, 1);
  Atomics.notify(words, control.wake);
}

function hearPort(port: MessagePort, listener: (request: Control) => void): void {
  port.on('message', (data: unknown) => {
    if (isWorkerMessage(data)) listener(data.control);
  });
  port.unref();
}

function hearChannel(channel: BroadcastChannel, listener: (request: Control) => void): void {
  channel.addEventListener('message', (event: object) => {
    const data: unknown = 'data' in event ? event.data : undefined;
    if (isWorkerMessage(data)) listener(data.control);
  });
  channel.unref();
}
