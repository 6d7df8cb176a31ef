import { performance } from 'node:perf_hooks';
import { BroadcastChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { Control, TriggerNote } from '#protocol/messages.ts';
import type { DrainContext, Watchdog } from '../contracts.ts';
import { faultMessage } from '../recorder/printOnce.ts';
import { control } from '../recorder/threadMemory.ts';
import { diskSpace } from './diskSpace.ts';
import { flightMemory } from './flightMemory.ts';
import { listeners } from './listeners.ts';
import {
  heartbeatChannel,
  isThreadMessage,
  type DrainData,
  type ThreadMessage,
  type ThreadStart,
  type WorkerMessage,
} from './messages.ts';
import { writeProcessMark } from './processMark.ts';
import { newSocketAddress, socketExtension, type SocketAddress } from './socketAddress.ts';
import { removeStaleSockets } from './staleSockets.ts';
import { TracedThread, type DrainServices } from './tracedThread.ts';

export interface DrainHost {
  readonly createWatchdog: (context: DrainContext) => Watchdog | undefined;
  /** A part stopped; printed once per process. */
  readonly print: (text: string) => void;
  /** The main thread is over and everything is written. */
  readonly onEnd: () => void;
}

/** Ticks while records arrive, and this long after; in ms. */
const fastTick = 1;
const fastFor = 50;
const slowTick = 10;
const watchTick = 4;
/** Words are copied when there are that many, or after that time. What is not copied dies with the process. */
const enoughWords = 1 << 16;
const copyEveryMs = 100;
const statsEveryMs = 1000;
/** The worker's own event loop (sockets, the inspector) turns at least that often. */
const yieldEveryMs = 8;
/** Short programs have nobody who listens. */
const listenAfterMs = 100;
const maxFaults = 3;

/** The loop of the drain worker: publishes the clock, copies records, takes messages, serves listeners. */
export class Drain {
  readonly #data: DrainData;
  readonly #host: DrainHost;
  readonly #channel: BroadcastChannel;
  readonly #delivered: unknown[] = [];
  readonly #services: DrainServices;
  readonly #threads: TracedThread[] = [];
  /** By thread: where its heartbeat is still to come from. */
  readonly #heartbeats = new Map<number, BroadcastChannel>();
  readonly #words: Int32Array;
  #wake = -1;
  #busyUntil = 0;
  #isSlow = false;
  #copiedAt = 0;
  #statsAt = 0;
  #faults = 0;
  /** Words that waited at the last tick. */
  #seen = 0;
  /** The inspector is to answer: it needs the event loop, and a thread may stand still until it has it. */
  #isAwaiting = false;
  #isOver = false;
  #isOpen = false;
  readonly #startedAt = performance.now();

  constructor(data: DrainData, host: DrainHost) {
    this.#data = data;
    this.#host = host;
    this.#words = data.control;
    this.#channel = this.#listenTo(data.channel);
    const { settings } = data;
    this.#services = {
      settings,
      space: diskSpace(settings.maxBytes, (error) => this.#fault('writing the trace', error)),
      listeners: listeners({
        newAddress: () => newSocketAddress(data.socketFolders),
        onAddress: (address) => this.#tellAddress(address),
        onControl: (request) => this.#obey(request),
        onFault: (error) => this.#noteFault('listening', error),
      }),
      flight: settings.mode === 'flight' ? flightMemory() : undefined,
      createWatchdog: host.createWatchdog,
      trigger: (thread, reason) => this.#trigger(thread, reason),
    };
    this.#threads.push(new TracedThread(data.start, this.#services));
    Atomics.store(this.#words, control.isListening, 1);
    Atomics.notify(this.#words, control.isListening);
  }

  #listenTo(name: string): BroadcastChannel {
    const channel = new BroadcastChannel(name);
    // It receives from the start, so what comes while the event loop turns is delivered as an event, and lost without a listener.
    channel.addEventListener('message', (event: object) => {
      if ('data' in event) this.#delivered.push(event.data);
    });
    return channel;
  }

  /** Runs until the main thread is over. */
  run(): void {
    const until = performance.now() + yieldEveryMs;
    do {
      this.#turn();
      if (this.#isOver) return;
      if (this.#isAwaiting) return void setTimeout(() => this.run(), fastTick);
      Atomics.wait(this.#words, control.wake, this.#wake, this.#pause());
    } while (performance.now() < until);
    setImmediate(() => this.run());
  }

  #turn(): void {
    try {
      this.#tick(performance.now());
    } catch (error) {
      this.#faults += 1;
      this.#fault('the drain', error);
      if (this.#faults >= maxFaults) this.#giveUp();
    }
  }

  #tick(now: number): void {
    for (const thread of this.#threads) thread.setClock();
    this.#takeMessages();
    if (this.#isOver) return;
    const most = Math.max(0, ...this.#threads.map((thread) => thread.waitingWords()));
    if (most > 0 && this.#hasNews(most)) this.#busyUntil = now + fastFor;
    if (most >= enoughWords || now - this.#copiedAt >= copyEveryMs) this.#copy(now);
    if (!this.#isOpen && now - this.#startedAt >= listenAfterMs) this.#open();
    if (now - this.#statsAt >= statsEveryMs) this.#writeStats(now);
    this.#isAwaiting = this.#threads.filter((thread) => thread.watch()).length > 0;
  }

  #open(): void {
    this.#isOpen = true;
    if (this.#data.settings.listen) this.#services.listeners.open();
  }

  /** Others find the socket by the mark of this process. */
  #tellAddress(address: SocketAddress | undefined): void {
    const { folder } = this.#data.settings;
    try {
      writeProcessMark(folder, { pid: process.pid, ...(address && { socket: address.path, token: address.token }) });
      if (address !== undefined) void removeStaleSockets(address.path, socketExtension);
    } catch (error) {
      this.#noteFault('listening', error);
    }
  }

  #hasNews(words: number): boolean {
    const hasNews = words !== this.#seen;
    this.#seen = words;
    return hasNews;
  }

  #copy(now: number): void {
    this.#copiedAt = now;
    for (const thread of this.#threads) thread.drain();
  }

  #writeStats(now: number): void {
    this.#statsAt = now;
    for (const thread of this.#threads) thread.writeStats();
    this.#services.listeners.sendLive();
  }

  /** ms until the next tick. */
  #pause(): number {
    if (this.#data.settings.mode === 'watch') return watchTick;
    const isSlow = performance.now() > this.#busyUntil;
    if (isSlow !== this.#isSlow) {
      this.#isSlow = isSlow;
      for (const thread of this.#threads) thread.setSlow(isSlow);
    } else if (isSlow) for (const thread of this.#threads) thread.setSlow(true);
    return isSlow ? slowTick : fastTick;
  }

  #takeMessages(): void {
    for (const message of this.#delivered.splice(0)) if (isThreadMessage(message)) this.#take(message);
    const wake = Atomics.load(this.#words, control.wake);
    if (wake === this.#wake) return;
    this.#wake = wake;
    this.#busyUntil = performance.now() + fastFor;
    this.#takeFrom(this.#data.port);
    this.#takeFrom(this.#channel);
    for (const channel of this.#heartbeats.values()) this.#takeFrom(channel);
  }

  #takeFrom(port: object): void {
    while (!this.#isOver && isPort(port)) {
      const received = receiveMessageOnPort(port);
      if (received === undefined) return;
      const message: unknown = received.message;
      if (isThreadMessage(message)) this.#take(message);
    }
  }

  #take(message: ThreadMessage): void {
    if (message.kind === 'start') return this.#begin(message);
    const thread = this.#threads.find((each) => each.thread === message.thread);
    if (thread === undefined) return;
    switch (message.kind) {
      case 'sites':
        return thread.addSites(message.table);
      case 'note':
        return thread.note(message.note);
      case 'heartbeat':
        return thread.watchBy(message.heartbeat);
      case 'swallowed':
        return thread.setSwallowed(message.sites);
      case 'end':
        return this.#end(thread, message);
      case 'gone':
        return this.#end(thread, undefined);
      default:
        return message satisfies never;
    }
  }

  #begin(start: ThreadStart): void {
    // Before the thread learns that it was taken: it sends its heartbeat then.
    this.#heartbeats.set(start.thread, this.#listenTo(heartbeatChannel(this.#data.channel, start.thread)));
    this.#threads.push(new TracedThread(start, this.#services));
  }

  #forgetHeartbeat({ thread }: TracedThread): void {
    this.#heartbeats.get(thread)?.close();
    this.#heartbeats.delete(thread);
  }

  #end(
    thread: TracedThread,
    goodbye: { readonly time: number; readonly exitCode: number | undefined } | undefined,
  ): void {
    if (thread.thread === 0) this.#endOthers();
    this.#forgetHeartbeat(thread);
    this.#threads.splice(this.#threads.indexOf(thread), 1);
    thread.end(goodbye);
    if (thread.thread !== 0) return thread.release();
    this.#isOver = true;
    this.#services.listeners.close();
    thread.release();
    this.#channel.close();
    this.#data.port.close();
    this.#host.onEnd();
  }

  /** They end with the main thread, without a word. */
  #endOthers(): void {
    for (const thread of this.#threads.splice(1)) {
      this.#forgetHeartbeat(thread);
      thread.end(undefined);
      thread.release();
    }
  }

  #trigger(thread: TracedThread, reason: TriggerNote['reason']): void {
    const { flight } = this.#services;
    if (flight === undefined) return;
    for (const each of this.#threads) each.drain();
    thread.drain();
    flight.writeAll();
    thread.note({ kind: 'trigger', time: thread.nowUs(), reason });
  }

  #obey(request: Control): void {
    if (request.kind === 'flush') {
      const [main] = this.#threads;
      if (main !== undefined) this.#trigger(main, 'request');
      this.#copy(performance.now());
      return;
    }
    const message: WorkerMessage = { control: request };
    const { port } = this.#data;
    port.postMessage(message);
    for (const { thread } of this.#threads.slice(1)) {
      sendOnce(`${this.#data.channel}.${thread}`, message);
    }
  }

  #fault(part: string, error: unknown): void {
    this.#host.print(`${part} stopped (${faultMessage(error)})`);
    this.#noteFault(part, error);
  }

  #noteFault(part: string, error: unknown): void {
    this.#threads[0]?.note({ kind: 'fault', part, message: faultMessage(error) });
  }

  /** Nobody shall wait for this worker any more. */
  #giveUp(): void {
    this.#isOver = true;
    for (const thread of this.#threads) thread.release();
    this.#host.onEnd();
  }
}

function sendOnce(name: string, message: WorkerMessage): void {
  const port = new BroadcastChannel(name);
  port.postMessage(message);
  port.close();
}

/** Node takes a broadcast channel here as well; its types do not know. */
function isPort(port: object): port is MessagePort {
  return 'postMessage' in port;
}
