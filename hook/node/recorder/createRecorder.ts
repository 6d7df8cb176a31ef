import { performance } from 'node:perf_hooks';
import { isMainThread, threadId, type Worker } from 'node:worker_threads';
import type { HookSettings } from '#protocol/hookSettings.ts';
import { protocolVersion, type Hello, type Note } from '#protocol/messages.ts';
import { ring } from '#protocol/records.ts';
import type { SiteTable } from '#protocol/sites.ts';
import type { Heartbeat, ThreadCounter, ThreadRecorder } from '../contracts.ts';
import type { ThreadStart } from '../drain/messages.ts';
import { writeInEnd, type EndedThread } from '../drain/writeInEnd.ts';
import { drainAddress, joinDrain, type DrainLink } from './drainLink.ts';
import { openDrain } from './drainWorker.ts';
import { faultMessage, printOnce } from './printOnce.ts';
import type { PackedSites } from './packedSites.ts';
import { swallowedErrors } from './swallowedErrors.ts';
import { startWhenLoaded, type StillLoading } from './startWhenLoaded.ts';
import { control, headerOf, owner, ownHeader, threadMemory, type MemorySizes } from './threadMemory.ts';
import { threadRuntime } from './threadRuntime.ts';
import { threadSites } from './threadSites.ts';

export interface RecorderOptions {
  readonly settings: HookSettings;
  /** Absolute path of the drain worker's code: `hook-worker.cjs` beside the preload's bundle. */
  readonly workerFile: string;
  /**
   * When the first thread starts the worker: at once, or when the program has loaded what it loads. A program that ends before has none: its trace
   * is written in the end.
   */
  readonly startsWorker?: 'at once' | 'when loaded';
  /** The worker was started. The `worker` event of `process` for it must not reach the program. */
  readonly onWorker?: (worker: Worker) => void;
  /** Absent: no watchdog. */
  readonly heartbeat?: Heartbeat | undefined;
  readonly sizes?: MemorySizes;
}

export interface StartedRecorder {
  readonly recorder: ThreadRecorder;
  /** A thread of the program ended, perhaps without a word (`worker.terminate()`); harmless for one that has closed or was never traced. */
  threadGone(thread: number): void;
}

/** This thread cannot be traced: no shared memory, no workers, or no drain worker in the process. The program runs as if without hook. */
class UntraceableError extends Error {
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

/** Classes of dropped errors are sent at most that often. */
const swallowedEveryMs = 1000;
/** The worker counts as dead when its clock stands still for that long. */
const deadAfterMs = 400;

const readClock = performance.now.bind(performance);

class Recorder {
  readonly #options: RecorderOptions;
  readonly #start: ThreadStart;
  readonly #startMs: number;
  readonly #header: Int32Array;
  readonly #link: DrainLink;
  readonly #swallowed = swallowedErrors();
  readonly #sites = threadSites();
  readonly #stillLoading: StillLoading;
  #swallowedSent = 0;
  #isClosed = false;

  constructor(options: RecorderOptions, start: ThreadStart, startMs: number) {
    this.#options = options;
    this.#start = start;
    this.#startMs = startMs;
    this.#header = headerOf(start.memory);
    this.#link = this.#connect();
    this.#stillLoading = this.#startWorker();
  }

  started(): StartedRecorder {
    return {
      recorder: this.#threadRecorder(),
      threadGone: (thread) => this.#link.send({ kind: 'gone', thread }),
    };
  }

  #connect(): DrainLink {
    const { settings, workerFile, onWorker = () => {} } = this.#options;
    const joined = drainAddress() === undefined ? undefined : joinDrain(this.#start);
    if (joined !== undefined) return joined;
    if (this.#start.thread !== 0) throw new Error('no drain worker');
    return openDrain(this.#start, { settings, workerFile, onWorker, onFault: (error) => this.#workerDied(error) });
  }

  #startWorker(): StillLoading {
    if (this.#options.startsWorker !== 'when loaded') {
      this.#link.start();
      return () => {};
    }
    const start = (): void => {
      try {
        this.#link.start();
      } catch (error) {
        this.#workerDied(error);
      }
    };
    return startWhenLoaded(this.#header, start);
  }

  #threadRecorder(): ThreadRecorder {
    const { memory } = this.#start;
    const { mode, lostSampling } = this.#options.settings;
    const sites = this.#sites;
    const nowUs = (): number => Math.floor((readClock() - this.#startMs) * 1000);
    const own = threadRuntime({
      memory,
      control: this.#link.control,
      mode,
      lostSampling,
      nowUs,
      onTime: () => this.#stillLoading(),
      onLost: (note) => this.#note(note),
      onSwallow: (site, error) => this.#swallow(site, error),
      isStrong: process.arch === 'x64',
    });
    return {
      ...own,
      header: this.#header,
      table: new Uint32Array(memory.table),
      nowUs,
      get nextSite() {
        return sites.next();
      },
      addSites: (table) => this.#addSites(table),
      siteOf: (id) => sites.siteOf(id),
      note: (note) => this.#note(note),
      count: (counter, by) => this.#count(counter, by),
      onControl: (listener) => this.#link.onControl(listener),
      fault: (part, error) => this.#fault(part, error),
      close: (exitCode, waitMs) => this.#close({ exitCode, waitMs, time: nowUs() }),
    };
  }

  #swallow(site: number, error: unknown): void {
    this.#swallowed.count(site, error);
    const now = this.#header[ring.clock] ?? 0;
    if (now - this.#swallowedSent < swallowedEveryMs) return;
    this.#swallowedSent = now;
    this.#sendSwallowed();
  }

  #sendSwallowed(): void {
    const sites = this.#swallowed.take();
    if (sites !== undefined) this.#link.send({ kind: 'swallowed', thread: this.#start.thread, sites });
  }

  #note(note: Note): void {
    this.#link.send({ kind: 'note', thread: this.#start.thread, note });
  }

  #addSites(table: SiteTable | PackedSites): void {
    this.#sites.add(table);
    this.#link.sendSoon({ kind: 'sites', thread: this.#start.thread, table });
    this.#stillLoading();
  }

  #count(counter: ThreadCounter, by: number): void {
    const word = ownHeader[counter];
    this.#header[word] = (this.#header[word] ?? 0) + by;
  }

  #fault(part: string, error: unknown): void {
    this.#note({ kind: 'fault', part, message: faultMessage(error) });
    this.#print(part, error);
  }

  #workerDied(error: unknown): void {
    if (this.#isClosed) return;
    // Without one that has begun, this thread writes in the end.
    this.#isClosed = Atomics.load(this.#link.control, control.owner) === owner.worker;
    this.#print('recording', error);
  }

  #close(end: { readonly exitCode: number | undefined; readonly waitMs: number; readonly time: number }): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#sendSwallowed();
    Atomics.store(this.#header, ring.closed, 1);
    const { thread } = this.#start;
    const { time, exitCode } = end;
    const messages = this.#link.takeBack();
    if (messages !== undefined) return this.#writeAll({ messages, time, exitCode });
    this.#link.send({ kind: 'end', thread, time, exitCode });
    waitForWorker(this.#header, end.waitMs);
  }

  #writeAll(end: Pick<EndedThread, 'messages' | 'time' | 'exitCode'>): void {
    const onFault = (error: unknown): void => this.#print('writing the trace', error);
    try {
      writeInEnd({ ...end, settings: this.#options.settings, start: this.#start, onFault });
    } catch (error) {
      onFault(error);
    }
  }

  #print(part: string, error: unknown): void {
    printOnce(this.#link.control, `${part} stopped (${faultMessage(error)})`);
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
