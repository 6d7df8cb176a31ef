import { BroadcastChannel, getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import type { Control } from '#protocol/messages.ts';
import { ring } from '#protocol/records.ts';
import {
  environmentKey,
  heartbeatChannel,
  isDrainAddress,
  isWorkerMessage,
  type DrainAddress,
  type ThreadMessage,
  type ThreadStart,
} from '../drain/messages.ts';
import { control, headerOf } from './threadMemory.ts';

/** The way from a thread to the drain worker of its process. */
export interface DrainLink {
  readonly control: Int32Array;
  send(message: ThreadMessage): void;
  /** The same, but the worker reads it at its next tick: waking it for each of many messages would cost more than they do. */
  sendSoon(message: ThreadMessage): void;
  onControl(listener: (request: Control) => void): void;
  /** In the main thread: starts the worker, if it has not been started. */
  start(): void;
  /** In the main thread, in the end: all messages, when no worker has begun with them; none will then. */
  takeBack(): readonly ThreadMessage[] | undefined;
}

/** A thread that starts together with the process waits that long for the worker to come up, and then to take it. */
const listeningMs = 500;
const takenMs = 50;

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
    start: () => {},
    takeBack: () => undefined,
    send,
    sendSoon: (message) => broadcast(channel, message),
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

/** Tells the worker that there is something to do now. */
export function wake(words: Int32Array): void {
  Atomics.add(words, control.wake, 1);
  Atomics.notify(words, control.wake);
}

function hearChannel(channel: BroadcastChannel, listener: (request: Control) => void): void {
  channel.addEventListener('message', (event: object) => {
    const data: unknown = 'data' in event ? event.data : undefined;
    if (isWorkerMessage(data)) listener(data.control);
  });
  channel.unref();
}
