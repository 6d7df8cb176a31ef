import { performance } from 'node:perf_hooks';
import { isMainThread, threadId, type Worker } from 'node:worker_threads';
import type { HookSettings } from '#protocol/hookSettings.ts';
import { protocolVersion, type Hello, type Note } from '#protocol/messages.ts';
import { recordKind, ring } from '#protocol/records.ts';
import type { Site, SiteTable } from '#protocol/sites.ts';
import type { Heartbeat, ThreadCounter, ThreadRecorder } from '../contracts.ts';
import type { SocketAddress, ThreadStart } from '../drain/messages.ts';
import { blockingClock, logTimedCall } from './blockingClock.ts';
import { drainAddress, joinDrain, startDrain, type DrainLink } from './drainLink.ts';
import { liveRows } from './liveRows.ts';
import { lostTasks } from './lostTasks.ts';
import { faultMessage, printOnce } from './printOnce.ts';
import { recordWriter, type RecordWriter } from './recordWriter.ts';
import { caughtWord, floatingWord, taskRuntime, timedWord } from './runtime.ts';
import { swallowedErrors } from './swallowedErrors.ts';
import { recordedMarks, tableMarks } from './taskMarks.ts';
import { headerOf, ownHeader, threadMemory, type MemorySizes } from './threadMemory.ts';

export interface RecorderOptions {
  readonly settings: HookSettings;
  /** Absolute path of the drain worker's code: `hook-worker.cjs` beside the preload's bundle. */
  readonly workerFile: string;
  /** Where the drain worker listens, see `newSocketAddress`; only the main thread's counts. */
  readonly socket?: SocketAddress | undefined;
  /** Absent: no watchdog. */
  readonly heartbeat?: Heartbeat | undefined;
  readonly sizes?: MemorySizes;
}

export interface StartedRecorder {
  readonly recorder: ThreadRecorder;
  /** The drain worker, in the thread that started it. The `worker` event of `process` for it must not reach the program. */
  readonly worker: Worker | undefined;
  /** A thread of the program ended, perhaps without a word (`worker.terminate()`); harmless for one that has closed or was never traced. */
  threadGone(thread: number): void;
}

/** This thread cannot be traced: no shared memory, no workers, or no drain worker in the process. The program runs as if without hook. */
export class UntraceableError extends Error {
  override readonly name = 'UntraceableError';
}

/**
 * Starts recording in this thread. The first thread of a process starts the drain worker, later ones join it.
 * Throws an `UntraceableError`; afterwards nothing in it throws.
 */
export function createRecorder(options: RecorderOptions): StartedRecorder {
  const startNs = process.hrtime.bigint();
  const startMs = performance.now();
  try {
    const memory = threadMemory(options.sizes ?? {});
    const hello = helloOf(options.settings);
    const start: ThreadStart = {
      kind: 'start',
      thread: hello.thread,
      hello,
      memory,
      heartbeat: options.heartbeat,
      startNs,
    };
    return new Recorder(options, start, startMs).started();
  } catch (error) {
    throw new UntraceableError(error instanceof Error ? error.message : 'unknown', { cause: error });
  }
}

function helloOf(settings: HookSettings): Omit<Hello, 'segment'> {
  const [, script] = process.argv;
  const thread = isMainThread ? 0 : threadId;
  const parent = drainAddress()?.parentThread;
  return {
    version: protocolVersion,
    pid: process.pid,
    parentPid: process.ppid,
    thread,
    ...(thread === 0 || parent === undefined ? {} : { parentThread: parent }),
    mode: settings.mode,
    runtime: `node ${process.versions.node}`,
    platform: process.platform,
    ...(script === undefined ? {} : { script: script.replaceAll('\\', '/') }),
    startedAt: Date.now(),
  };
}

/** A task that has been current for that long may have been left behind. */
const suspiciousMs = 1000;
/** Classes of dropped errors are sent at most that often. */
const swallowedEveryMs = 1000;
/** The worker counts as dead when its clock stands still for that long. */
const deadAfterMs = 400;
/** From this duration on, a known blocking call is told to the watchdog. */
const longCallUs = 1000;

const readClock = performance.now.bind(performance);
const onceTopOfStack = setImmediate;

class Recorder {
  readonly #options: RecorderOptions;
  readonly #start: ThreadStart;
  readonly #startMs: number;
  readonly #header: Int32Array;
  readonly #link: DrainLink;
  readonly #throwers = new WeakMap<object, number>();
  readonly #floating = new WeakMap<object, number>();
  readonly #swallowed = swallowedErrors();
  readonly #sites: (Site | undefined)[] = [undefined];
  #swallowedSent = 0;
  #isClosed = false;

  constructor(options: RecorderOptions, start: ThreadStart, startMs: number) {
    this.#options = options;
    this.#start = start;
    this.#startMs = startMs;
    this.#header = headerOf(start.memory);
    this.#link = this.#connect();
  }

  started(): StartedRecorder {
    return {
      recorder: this.#threadRecorder(),
      worker: this.#link.worker,
      threadGone: (thread) => this.#link.send({ kind: 'gone', thread }),
    };
  }

  #connect(): DrainLink {
    const { settings, workerFile, socket } = this.#options;
    const joined = drainAddress() === undefined ? undefined : joinDrain(this.#start);
    if (joined !== undefined) return joined;
    if (this.#start.thread !== 0) throw new Error('no drain worker');
    return startDrain(this.#start, { settings, workerFile, socket, onFault: (error) => this.#workerDied(error) });
  }

  #threadRecorder(): ThreadRecorder {
    const { memory } = this.#start;
    const rows = liveRows(memory);
    const nowUs = (): number => Math.floor((readClock() - this.#startMs) * 1000);
    const currentTask = (): number => rows.idOf(rows.current()) >>> 0;
    const isWatching = this.#options.settings.mode === 'watch';
    let onTime = (): void => {};
    const writer = recordWriter({
      memory,
      control: this.#link.control,
      nowUs,
      currentId: currentTask,
      onTime: () => onTime(),
      isStrong: process.arch === 'x64',
    });
    const marks = isWatching ? tableMarks(rows) : recordedMarks(rows, writer);
    onTime = this.#unwindWhenStuck(currentTask, () => marks.unwindAll());
    const put = isWatching ? (): void => {} : writer.put;
    const sites = this.#sites;
    const header = this.#header;
    return {
      header,
      table: new Uint32Array(memory.table),
      runtime: taskRuntime({
        marks,
        lost: lostTasks({
          header,
          sampling: this.#options.settings.lostSampling,
          idOf: (slot) => rows.idOf(slot),
          onLost: (slot, sampling) => {
            this.#send({ kind: 'lost', time: nowUs(), sampling, ...rows.rowOf(slot) });
            marks.lose(slot);
          },
        }),
        clock: blockingClock(header, nowUs),
        currentSlot: () => rows.current(),
        onThrow: (slot, error) => {
          if (typeof error === 'object' && error !== null) this.#throwers.set(error, rows.idOf(slot) >>> 0);
        },
        onSwallow: (site, error) => {
          put(caughtWord | site);
          this.#swallow(site, error);
        },
        onFloat: (site, promise) => {
          put(floatingWord | site);
          this.#floating.set(promise, site);
        },
        onTimed: isWatching ? this.#logTimed(nowUs) : this.#recordTimed(writer, this.#logTimed(nowUs)),
      }),
      nowUs,
      currentTask,
      throwerOf: (error) => (isObject(error) ? (this.#throwers.get(error) ?? 0) : 0),
      floatingSiteOf: (promise) => (isObject(promise) ? (this.#floating.get(promise) ?? 0) : 0),
      get nextSite() {
        return sites.length;
      },
      addSites: (table) => this.#addSites(table),
      siteOf: (id) => sites[id],
      note: (note) => this.#send(note),
      countPromises: isWatching
        ? () => {}
        : (created, settled) => writer.putPair((recordKind.promises << 28) | created, settled),
      count: (counter, by) => this.#count(counter, by),
      onControl: (listener) => this.#link.onControl(listener),
      fault: (part, error) => this.#fault(part, error),
      close: (exitCode, waitMs) => this.#close({ exitCode, waitMs, time: nowUs() }),
    };
  }

  /**
   * A stack overflow can strike in our own last call, so that a task stays current after its function is gone. When one has been current
   * for long, the next turn of the loop, where the stack is empty, ends it.
   */
  #unwindWhenStuck(currentTask: () => number, unwindAll: () => void): () => void {
    let task = 0;
    let since = 0;
    let isAsked = false;
    const check = (): void => {
      isAsked = false;
      if (currentTask() !== 0) unwindAll();
    };
    return () => {
      const now = this.#header[ring.clock] ?? 0;
      const current = currentTask();
      if (current !== task) {
        task = current;
        since = now;
      } else if (task !== 0 && !isAsked && now - since > suspiciousMs) {
        isAsked = true;
        onceTopOfStack(check).unref();
      }
    };
  }

  #logTimed(nowUs: () => number): (site: number, us: number) => void {
    const log = new Float64Array(this.#start.memory.timed);
    return (site, us) => {
      if (us >= longCallUs) logTimedCall(log, site, { start: nowUs() - us, us });
    };
  }

  #recordTimed(writer: RecordWriter, log: (site: number, us: number) => void): (site: number, us: number) => void {
    return (site, us) => {
      if (us >= longCallUs) writer.wantExactTime();
      writer.putPair(timedWord | site, us);
      log(site, us);
    };
  }

  #swallow(site: number, error: unknown): void {
    const header = this.#header;
    header[ownHeader.swallowed] = (header[ownHeader.swallowed] ?? 0) + 1;
    this.#swallowed.count(site, error);
    const now = header[ring.clock] ?? 0;
    if (now - this.#swallowedSent < swallowedEveryMs) return;
    this.#swallowedSent = now;
    this.#sendSwallowed();
  }

  #sendSwallowed(): void {
    const sites = this.#swallowed.take();
    if (sites !== undefined) this.#link.send({ kind: 'swallowed', thread: this.#start.thread, sites });
  }

  #send(note: Note): void {
    this.#link.send({ kind: 'note', thread: this.#start.thread, note });
  }

  #addSites(table: SiteTable): void {
    for (const site of table.sites) this.#sites[site.id] = site;
    this.#link.send({ kind: 'sites', thread: this.#start.thread, table });
  }

  #count(counter: ThreadCounter, by: number): void {
    const word = ownHeader[counter];
    this.#header[word] = (this.#header[word] ?? 0) + by;
  }

  #fault(part: string, error: unknown): void {
    const message = faultMessage(error);
    this.#send({ kind: 'fault', part, message });
    printOnce(this.#link.control, `${part} stopped (${message})`);
  }

  #workerDied(error: unknown): void {
    this.#isClosed = true;
    printOnce(this.#link.control, `recording stopped (${faultMessage(error)})`);
  }

  #close(end: { readonly exitCode: number | undefined; readonly waitMs: number; readonly time: number }): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#sendSwallowed();
    Atomics.store(this.#header, ring.closed, 1);
    this.#link.send({ kind: 'end', thread: this.#start.thread, time: end.time, exitCode: end.exitCode });
    waitForWorker(this.#header, end.waitMs);
  }
}

/** Waits until the worker has written everything, it seems to be dead, or the time is over. */
function waitForWorker(header: Int32Array, waitMs: number): void {
  const until = readClock() + waitMs;
  let clock = -1;
  let movedAt = readClock();
  for (let now = movedAt; now < until; now = readClock()) {
    const state = Atomics.load(header, ring.workerState);
    if (state === 2) return;
    const seen = Atomics.load(header, ring.clock);
    if (seen !== clock || state === 0) movedAt = now;
    if (now - movedAt > deadAfterMs) return;
    clock = seen;
    Atomics.wait(header, ring.workerState, state, Math.min(50, until - now));
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
