/**
 * JSON bodies of frames. Never in them: environment, arguments, values, error messages; only places, kinds, times, counts and error classes.
 * Times are µs since the thread's start (`Hello.startedAt`), durations are what their names say.
 */

/** How much is recorded. `watch`: live tasks and warnings, no records. `flight`: records stay in memory until a trigger. `deep`: libraries and promise counts too. */
export type TraceMode = 'watch' | 'trace' | 'flight' | 'deep';
export const traceModes: readonly TraceMode[] = ['watch', 'trace', 'flight', 'deep'];

/** Version of records, frames and messages together. A reader opens its own and older ones. */
export const protocolVersion = 1;

export interface Hello {
  readonly version: number;
  readonly pid: number;
  readonly parentPid: number;
  /** 0 for the main thread. */
  readonly thread: number;
  /** Thread that started this one; absent for the main thread. */
  readonly parentThread?: number;
  readonly mode: TraceMode;
  /** For example `node 24.21.0`. */
  readonly runtime: string;
  readonly platform: string;
  /** Absolute path of the script, forward slashes; absent for `-e` and the like. No arguments. */
  readonly script?: string;
  /** Wall clock at the thread's start, ms since 1970. */
  readonly startedAt: number;
  /** From 0; a thread's later segments repeat hello and sites. */
  readonly segment: number;
}

/** Something that happened once. */
export type Note =
  | BlockNote
  | GarbageCollectionNote
  | RejectionNote
  | LostNote
  | GapNote
  | TriggerNote
  | UntracedNote
  | FaultNote;

/** A call frame of the program, innermost first in a list. Line and column count from 1, in the text as loaded before the hook changed it. */
export interface Frame {
  /** Empty for anonymous functions. */
  readonly name: string;
  /** Absolute path, or `node:...`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The event loop did not turn for longer than the threshold. */
export interface BlockNote {
  readonly kind: 'block';
  readonly start: number;
  readonly durationUs: number;
  /** Task that was running when it was noticed; 0: none or not known. */
  readonly task: number;
  /** Call stack during the block, innermost first, at most 12; empty when it could not be taken. */
  readonly frames: readonly Frame[];
  /** Index in `frames` of the place to blame: the innermost frame of the program's own code. Absent: none found. */
  readonly culprit?: number;
  /** Sites of known blocking calls that took part, with their time. */
  readonly sites: readonly { readonly site: number; readonly durationUs: number }[];
  /** Of the duration, spent in garbage collection. */
  readonly gcUs: number;
  /** How the place was found. `microtasks`: the loop was starved by promise callbacks that follow each other. */
  readonly source: 'pause' | 'profile' | 'timed' | 'microtasks' | 'none';
}

export interface GarbageCollectionNote {
  readonly kind: 'gc';
  readonly start: number;
  readonly durationUs: number;
  readonly type: 'scavenge' | 'mark-sweep' | 'incremental' | 'weak' | 'unknown';
}

/** What became of a promise that rejected while nobody handled it. `late`: somebody did afterwards. */
export interface RejectionNote {
  readonly kind: 'rejection';
  readonly outcome: 'unhandled' | 'late';
  readonly time: number;
  /** Joins an `unhandled` with its `late` note. */
  readonly id: number;
  /** Name of the error's class, or `typeof` of what is no error. */
  readonly errorClass: string;
  /** Task that threw, 0 when not known. */
  readonly task: number;
  /** Site where its promise was left floating or where it was awaited last, 0 when not known. */
  readonly site: number;
  /** Of the error's stack, innermost first, at most 8. */
  readonly frames: readonly Frame[];
  /** `late`: how long it was unhandled. */
  readonly windowUs?: number;
}

/** A sampled task was collected while it waited. */
export interface LostNote {
  readonly kind: 'lost';
  readonly time: number;
  readonly task: number;
  readonly site: number;
  readonly waitsAt: number;
  /** One of this many tasks of the site is watched. */
  readonly sampling: number;
}

/** Words of records that were overwritten before they were drained, or dropped for a bound. */
export interface GapNote {
  readonly kind: 'gap';
  readonly time: number;
  readonly words: number;
  readonly reason: 'overrun' | 'disk-bound' | 'disk-fault';
}

/** Flight mode wrote its ring. */
export interface TriggerNote {
  readonly kind: 'trigger';
  readonly time: number;
  readonly reason: 'block' | 'rejection' | 'exit' | 'request';
}

/** A thread or process that is not traced, and why. */
export interface UntracedNote {
  readonly kind: 'untraced';
  readonly what: 'thread' | 'process';
  /** `coverage`: it is being collected, so modules are left as they are. */
  readonly reason: 'no-preload' | 'cap' | 'tool' | 'unsupported' | 'fault' | 'coverage';
}

/** A part of the hook turned itself off. No user data in `message`. */
export interface FaultNote {
  readonly kind: 'fault';
  readonly part: string;
  readonly message: string;
}

/** Counters since the thread's start, at most once a second and at the end. */
export interface Stats {
  readonly time: number;
  /** Words of records written. */
  readonly words: number;
  /** Of these, lost. */
  readonly lostWords: number;
  /** Frames that slow listeners did not get. */
  readonly droppedFrames: number;
  readonly tasksStarted: number;
  readonly tasksAlive: number;
  readonly tasksUntracked: number;
  readonly modulesTransformed: number;
  /** Modules left as they were because of doubt. */
  readonly modulesSkipped: number;
  readonly unhandledRejections: number;
  readonly lateRejections: number;
  readonly swallowedRejections: number;
  readonly lostTasks: number;
  readonly gcUs: number;
  /** The loop stands still since so many ms; absent while it turns. Told while it stands, before there is a `BlockNote`. */
  readonly blockedMs?: number;
  /** Blocks by site or culprit, the 50 costliest, the rest under site 0. `buckets`: counts by `blockBucketsMs`, the last one is open. */
  readonly blocks: readonly {
    readonly place: string;
    readonly count: number;
    readonly totalUs: number;
    readonly maxUs: number;
    readonly buckets: readonly number[];
  }[];
  /** Live tasks by the site where they wait, the 50 largest. */
  readonly waiting: readonly { readonly site: number; readonly count: number; readonly oldestMs: number }[];
  /** Errors caught and dropped, by site of the catch; absent when there were none. */
  readonly swallowed?: readonly SwallowedSite[];
}

/** Errors that one catch dropped. */
export interface SwallowedSite {
  /** 0: the sites beyond the first 1000. */
  readonly site: number;
  readonly count: number;
  /** Most frequent first, at most 5. */
  readonly errorClasses: readonly string[];
}

/** Upper bounds in ms of the histogram of blocks; one more bucket above them. */
export const blockBucketsMs: readonly number[] = [50, 100, 200, 500, 1000, 2000, 5000];

/** Last frame of a thread that ended in an orderly way. */
export interface Goodbye {
  readonly time: number;
  /** As the program set it; what the process really returned is known to its parent. Absent for threads. */
  readonly exitCode?: number;
}

/** From a listener. The first one must be `listen` with the token; anything else before it ends the connection. */
export type Control =
  | {
      readonly kind: 'listen';
      readonly token: string;
      readonly wants: readonly ('records' | 'live' | 'stats' | 'notes')[];
    }
  /** Stop or go on sending records to this listener. */
  | { readonly kind: 'pause' | 'resume' }
  /** Send a live table now. */
  | { readonly kind: 'snapshot' }
  /** Flight mode: write the ring. */
  | { readonly kind: 'flush' }
  /** Count promises of libraries too, for that long. */
  | { readonly kind: 'deep'; readonly seconds: number };
