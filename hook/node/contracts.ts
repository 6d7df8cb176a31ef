/**
 * What the parts of the hook owe each other. Each part is one folder or file beside this one; preload.ts joins them.
 * Rules for all of it: never throw into the program, never keep it alive, never print except the one line of a fault, add no listener for
 * `uncaughtException`, `unhandledRejection`, `exit` or signals (preload.ts sees events by wrapping `process.emit`), and keep own
 * references of built-ins, since programs patch them.
 */
import type { HookSettings } from '#protocol/hookSettings.ts';
import type { Control, Note } from '#protocol/messages.ts';
import type { Site, SiteTable } from '#protocol/sites.ts';
import type { PackedSites } from './recorder/packedSites.ts';

/**
 * A task as its function holds it, in `__rubato_t`: its slot, which is its row in the live table (a small integer, 0: not tracked). Of a task that
 * is watched for being lost it is an object instead, because its collection shows that the function can never go on.
 */
export type Task = number | { readonly slot: number };

/**
 * What transformed code calls, as the global `__rubato` (not enumerable). Short names, because they stand in every function. The value comes
 * first, so that a suspended call holds as little as possible.
 */
export interface TaskRuntime {
  /** Begin of a function's body or of a module that awaits: a new task, now current. */
  b(site: number): Task;
  /** Before an await: `await __rubato.a(value, t, site)`. Returns the value untouched. */
  a<T>(value: T, task: Task, site: number): T;
  /** After an await: `__rubato.c(await …, t)`. Returns the value. */
  c<T>(value: T, task: Task): T;
  /** At the start of a catch or finally block, of a `for await` body, and after that loop: resume if it is not running. */
  k(task: Task): void;
  /** Around the operand of `yield` and `yield*` of an async generator; `c` stands around the yield itself. */
  y<T>(value: T, task: Task, site: number): T;
  /** Around the iterable of `for await`: suspends around each `next`, unobservably. */
  f<T>(iterable: T, task: Task, site: number): T;
  /** The function is over: around what it returns, at its end, or in a `finally`. Returns the value. */
  e<T>(value: T, task: Task): T;
  /** The function throws: `catch (e) { throw __rubato.x(e, t); }`, where `e` stands in a `finally`. Returns the error. */
  x<T>(error: T, task: Task): T;
  /** The function throws, and that is its end: where there is no such `finally`. Returns the error. */
  z<T>(error: T, task: Task): T;
  /** An error was caught and is dropped here. */
  w(site: number, error: unknown): void;
  /** A call whose result nobody uses, as a statement: `__rubato.p(site, save())`. Returns the value. */
  p<T>(site: number, value: T): T;
  /** Before a known blocking call: `__rubato.d(site, __rubato.n(), readFileSync(path))`. A time for `d`. */
  n(): number;
  /** After it. Returns the value. */
  d<T>(site: number, start: number, value: T): T;
}

/** The recorder of one thread: the shared memory, and the ways to tell the drain worker something. */
export interface ThreadRecorder {
  /** `ring` header, see protocol/records.ts. */
  readonly header: Int32Array;
  /** Rows of the live table. */
  readonly table: Uint32Array;
  readonly runtime: TaskRuntime;
  /** µs since the thread's start, exact. */
  nowUs(): number;
  /** Id of the current task, 0 for none. */
  currentTask(): number;
  /** Id of the task that last let this very error out of its function, 0 when not known (or not an object). */
  throwerOf(error: unknown): number;
  /** Site of the statement that left this promise floating, 0 when not known. */
  floatingSiteOf(promise: unknown): number;
  /** Next free site id; sites are given out in order. */
  readonly nextSite: number;
  addSites(table: SiteTable | PackedSites): void;
  /** The site with that id. */
  siteOf(id: number): Site | undefined;
  note(note: Note): void;
  /** Writes a `promises` record: how many were created and settled since the last one. */
  countPromises(created: number, settled: number): void;
  /** Adds to a counter of the thread's `Stats`. */
  count(counter: ThreadCounter, by: number): void;
  /** Hears what a listener on the socket asks of this thread: `deep`. The thread's loop must turn for it. One listener; it keeps nothing alive. */
  onControl(listener: (control: Control) => void): void;
  /** Turns a part off for good: one note, one line on stderr for the first fault of the process. */
  fault(part: string, error: unknown): void;
  /** Writes everything out, waiting at most that long for the worker; called when the thread ends. */
  close(exitCode: number | undefined, waitMs: number): void;
}

export type ThreadCounter = 'modulesTransformed' | 'modulesSkipped';

/** Everything a part may need when the hook starts in a thread. */
export interface HookContext {
  readonly settings: HookSettings;
  readonly recorder: ThreadRecorder;
  /** Calls back after (for `exit`: before the hook closes) the program's own listeners of an event of `process` ran; the return value of `emit` is kept. */
  onProcessEvent(event: string, listener: (handled: boolean, ...values: readonly unknown[]) => void): void;
  /** The position that the program's author would see, for one in text the hook has changed; the same position for other files. Lines and columns from 1. */
  originalPosition(file: string, line: number, column: number): { readonly line: number; readonly column: number };
}

/**
 * What beats while a thread's loop turns: a native timer of the thread (`startHeartbeat` in detect/heartbeat.ts) that runs no JavaScript there.
 * A thread makes it when the hook starts, keeps it, and hands it to the drain worker beside its shared memory; the clone shares its data.
 */
export interface Heartbeat {
  /** Beats so far; grows by 1 each `heartbeatMs` while the loop turns. Atomic enough to be read from another thread. */
  readonly count: number;
  /** Longest time between two beats since `reset`, in ns. */
  readonly max: number;
  reset(): void;
}

/** What the drain worker gives the watchdog for each thread that it drains. */
export interface DrainContext {
  readonly settings: HookSettings;
  /** Node's id of the thread, 0 for the main one. */
  readonly thread: number;
  readonly header: Int32Array;
  /** Words of the ring, see protocol/records.ts. */
  readonly words: Uint32Array;
  readonly table: Uint32Array;
  readonly heartbeat: Heartbeat;
  /** µs since that thread's start, exact, as of now. */
  nowUs(): number;
  /** Known blocking calls that ended since then and took a tick of the clock or more, oldest first, at most the last 64; in watch mode too. */
  timedCalls(sinceUs: number): readonly TimedCall[];
  /** Writes a note of that thread. */
  note(note: Note): void;
  /** What the thread said of a site; `file` is the path. */
  siteOf(id: number): { readonly site: Site; readonly file: string } | undefined;
}

/** A known blocking call; times in µs since the thread's start. */
export interface TimedCall {
  readonly site: number;
  readonly start: number;
  readonly durationUs: number;
}

/** The watchdog of one thread, in the drain worker; `createWatchdog` in watchdog/watchdog.ts makes it. Never throws. */
export interface Watchdog {
  /** To be called at least every 20 ms. True while the thread stands or the inspector is to answer: then at once again, after a turn of the worker's event loop. */
  tick(): boolean;
  /** The thread's loop stands still since so many ms, at the last turn; 0: it turns, or not for longer than the threshold. */
  standingMs(): number;
  /** The thread is over: tells of the block it was in. Called after its last records were written, before its goodbye. */
  close(): void;
}

/** Where text was inserted into a module, so that positions can be taken back. */
export interface Insertions {
  /** Triples sorted by place: line from 1, column from 0 in the changed text, inserted UTF-16 code units. No insertion contains a line break. */
  readonly spans: Int32Array;
}

/** A module ready to be compiled. */
export interface TransformedModule extends Insertions {
  readonly code: string;
  /** In order of their ids, from `firstSite`. */
  readonly sites: readonly Site[];
}

export interface TransformOptions {
  readonly format: 'module' | 'commonjs';
  /** Id of the file in the site table. */
  readonly file: number;
  /** Id of the module's first site. */
  readonly firstSite: number;
  /** Base name of the file, label of the module's own task. */
  readonly name: string;
  /**
   * The text in the file when it differs from `source` at equal length (TypeScript with its types blanked out): hashes and labels are of this.
   */
  readonly authored?: string;
}

/**
 * Adds the calls of `TaskRuntime` to a module's text; `undefined` when there is nothing to add or when in doubt (it does not parse, it
 * speaks of `__rubato` itself, or the result does not parse). Lines stay lines. Never throws.
 * Implemented by transform/transformModule.ts.
 */
export type TransformModule = (source: string, options: TransformOptions) => TransformedModule | undefined;
