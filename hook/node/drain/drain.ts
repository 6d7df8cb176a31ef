import type { Control, TriggerNote } from '#protocol/messages.ts';
import type { DrainContext, Watchdog } from '../contracts.ts';
import { faultMessage } from '../recorder/printOnce.ts';
import { control } from '../recorder/threadMemory.ts';
import { diskSpace } from './diskSpace.ts';
import { flightMemory } from './flightMemory.ts';
import { listeners } from './listeners.ts';
import { mailbox, type Mailbox } from './mailbox.ts';
import type { DrainData, ThreadMessage, ThreadStart } from './messages.ts';
import { writeProcessMark } from './processMark.ts';
import { newSocketAddress, socketExtension, type SocketAddress } from './socketAddress.ts';
import { removeStaleSockets } from './staleSockets.ts';
import { takeMessage } from './takeMessage.ts';
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
const slowTick = 20;
const watchTick = 20;
/**
 * Ticks while threads write more than so many words per ms: the exact time that they read every 128 records comes often enough then. A tick costs some
 * 20 µs, so one each ms would be 2 % of a processor.
 */
const denseTick = 16;
const denseWords = 128;
const mediumTick = 4;
const mediumWords = 32;
/** So many words may come between two ticks, a small part of the ring. */
const wordsPerTick = 1 << 16;
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
  readonly #mailbox: Mailbox;
  readonly #services: DrainServices;
  readonly #threads: TracedThread[] = [];
  readonly #words: Int32Array;
  #wake = -1;
  #busyUntil = 0;
  #isSlow = false;
  #copiedAt = 0;
  #statsAt = 0;
  #faults = 0;
  /** Words that waited at the last tick, and when that was. */
  #seen = 0;
  #tickedAt = 0;
  /** Words that came per ms, until the last tick. */
  #rate = 0;
  /** The inspector is to answer: it needs the event loop, and a thread may stand still until it has it. */
  #isAwaiting = false;
  #isOver = false;
  #isOpen = false;
  readonly #startedAt = performance.now();

  constructor(data: DrainData, host: DrainHost) {
    this.#data = data;
    this.#host = host;
    this.#words = data.control;
    this.#mailbox = mailbox(data);
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
      if (this.#faults >= maxFaults) this.#giveUp();
      this.#fault('the drain', error);
    }
  }

  #tick(now: number): void {
    for (const thread of this.#threads) thread.setClock();
    this.#takeMessages();
    if (this.#isOver) return;
    const most = Math.max(0, ...this.#threads.map((thread) => thread.waitingWords()));
    this.#weigh(most, now);
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

  /** How much came since the last tick, from what waits now. */
  #weigh(waiting: number, now: number): void {
    const news = waiting - this.#seen;
    if (news !== 0 && waiting > 0) this.#busyUntil = now + fastFor;
    this.#rate = news / Math.max(1, now - this.#tickedAt);
    this.#seen = waiting;
    this.#tickedAt = now;
  }

  #copy(now: number): void {
    this.#copiedAt = now;
    this.#seen = 0;
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
    if (isSlow) return slowTick;
    if (this.#rate <= mediumWords) return fastTick;
    if (this.#rate <= denseWords) return mediumTick;
    return Math.max(fastTick, Math.min(denseTick, wordsPerTick / this.#rate));
  }

  #takeMessages(): void {
    const wake = Atomics.load(this.#words, control.wake);
    if (wake === this.#wake) return;
    this.#wake = wake;
    this.#busyUntil = performance.now() + fastFor;
    this.#mailbox.takeAll((message) => {
      this.#take(message);
      return !this.#isOver;
    });
  }

  #take(message: ThreadMessage): void {
    if (message.kind === 'start') return this.#begin(message);
    const thread = this.#threads.find((each) => each.thread === message.thread);
    if (thread === undefined) return;
    if (message.kind === 'end') return this.#end(thread, message);
    if (message.kind === 'gone') return this.#end(thread, undefined);
    takeMessage(thread, message);
  }

  #begin(start: ThreadStart): void {
    // Before the thread learns that it was taken: it sends its heartbeat then.
    this.#mailbox.expectHeartbeat(start.thread);
    this.#threads.push(new TracedThread(start, this.#services));
  }

  #end(
    thread: TracedThread,
    goodbye: { readonly time: number; readonly exitCode: number | undefined } | undefined,
  ): void {
    if (thread.thread === 0) this.#endOthers();
    this.#mailbox.forgetHeartbeat(thread.thread);
    this.#threads.splice(this.#threads.indexOf(thread), 1);
    thread.end(goodbye);
    if (thread.thread !== 0) return thread.release();
    this.#isOver = true;
    this.#services.listeners.close();
    thread.release();
    this.#mailbox.close();
    this.#host.onEnd();
  }

  /** They end with the main thread, without a word. */
  #endOthers(): void {
    for (const thread of this.#threads.splice(1)) {
      this.#mailbox.forgetHeartbeat(thread.thread);
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
    const others = this.#threads.slice(1).map(({ thread }) => thread);
    this.#mailbox.send(request, others);
  }

  #fault(part: string, error: unknown): void {
    this.#host.print(`${part} stopped (${faultMessage(error)})`);
    this.#noteFault(part, error);
  }

  #noteFault(part: string, error: unknown): void {
    try {
      this.#threads[0]?.note({ kind: 'fault', part, message: faultMessage(error) });
    } catch {
      // It was printed; what cannot be written any more must not end the worker.
    }
  }

  /** Nobody shall wait for this worker any more. */
  #giveUp(): void {
    this.#isOver = true;
    for (const thread of this.#threads) thread.release();
    this.#host.onEnd();
  }
}
