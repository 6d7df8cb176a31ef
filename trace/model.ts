import type {
  BlockNote,
  GarbageCollectionNote,
  Goodbye,
  Hello,
  LostNote,
  RejectionNote,
  Stats,
} from '#protocol/messages.ts';
import type { SiteKind } from '#protocol/sites.ts';

/**
 * What a trace says, as columns: plain typed arrays, so that a million tasks cost no million objects. Rows count from 1; row 0 of every
 * table stands for "none". Times are µs since the thread's start (`ThreadModel.hello.startedAt`, ms since 1970), `NaN` where there is none.
 * A model is a view: what the reader is fed later may change the columns of tasks that are still alive.
 */
export interface TraceModel {
  /** In order of process, thread. A process that is traced twice with the same pid counts as two. */
  readonly threads: readonly ThreadModel[];
  /** Places in source of all threads, each once; index: place id. Place 0 is the unknown one. */
  readonly places: readonly Place[];
  /** What is missing or wrong in the trace, in plain words, each once; empty for a whole one. */
  readonly notes: readonly string[];
}

/** A place in source, as the hook saw it; `Site` of protocol/sites.ts without the numbering of one thread. */
export interface Place {
  /** `unknown`: a record names a site that no table describes. */
  readonly kind: SiteKind | 'unknown';
  /** Absolute path as loaded, forward slashes; empty when unknown. Hostile traces put anything here: never read it unchecked. */
  readonly file: string;
  /** See `SourceFile.sourceMap`. */
  readonly sourceMap?: string;
  readonly line: number;
  readonly column: number;
  readonly label: string;
  /** Place of the function around it (of a function: its own id); 0: none. */
  readonly owner: number;
  /** UTF-16 offset from the beginning of its owner. */
  readonly offset: number;
  readonly hash?: string;
}

export interface ThreadModel {
  readonly hello: Hello;
  /** Latest time seen in this thread, µs. */
  readonly endTime: number;
  /** True when its goodbye was read, so that what is alive was alive at the end. */
  readonly isOver: boolean;
  readonly goodbye?: Goodbye;
  /** Last counters. */
  readonly stats?: Stats;
  readonly tasks: TaskColumns;
  readonly waits: WaitColumns;
  /** Sorted by time. */
  readonly blocks: readonly BlockNote[];
  readonly collections: readonly GarbageCollectionNote[];
  readonly rejections: readonly RejectionNote[];
  /** Of tasks that were watched for it, see `LostNote.sampling`. */
  readonly lost: readonly LostNote[];
  /** Known blocking calls; `value`: µs each took, `time`: its end. */
  readonly timed: EventColumns;
  /** Errors caught and dropped; `value`: 1. */
  readonly caught: EventColumns;
  /** Promises used by nobody; `value`: row of the task behind the promise, 0 when not known. */
  readonly floating: EventColumns;
  /** Place of a site of this thread, by site id; 0 or absent: unknown. */
  readonly placeOf: Readonly<Uint32Array>;
  /** Words of records that are missing. */
  readonly lostWords: number;
  /** What was let go to stay within the bounds of memory. */
  readonly folded: Folded;
  /** Promises created and settled by everything, deep mode. */
  readonly promises: { readonly created: number; readonly settled: number };
  /** Median step of the clock between records in µs, without pauses above 20 ms; 0: none seen. Times below it are rough. */
  readonly resolutionUs: number;
}

/** Ended tasks and waits that were let go: their numbers live on in the sketches. */
export interface Folded {
  readonly tasks: number;
  readonly waits: number;
  readonly events: number;
  /** By site id. */
  readonly durations: ReadonlyMap<number, DurationSketch>;
  /** By site id. */
  readonly waitDurations: ReadonlyMap<number, DurationSketch>;
}

/** Durations in buckets of 2% width: percentiles are at most 1% off, `max` and `count` are exact. */
export interface DurationSketch {
  readonly count: number;
  readonly max: number;
  /** Count by bucket; bucket `b` above 0 holds µs from 1.02^(b-1) up to 1.02^b. */
  readonly buckets: Readonly<Uint32Array>;
}

export const taskState = {
  running: 1,
  /** Its last wait has no end. */
  waiting: 2,
  done: 3,
  rejected: 4,
  /** Collected while it waited: it can never go on. */
  lost: 5,
  /** Over, but when and how was in a part of the trace that is missing; `end` is when that was noticed. */
  gone: 6,
} as const;

/** Rows 1 to `count`, in order of their begin, except tasks whose begin is missing and that are known by the live table only. */
export interface TaskColumns {
  readonly count: number;
  readonly id: Readonly<Uint32Array>;
  readonly site: Readonly<Uint32Array>;
  /** Row of the task that started it; 0: none, or not in the trace. Invariant: always a lower row, so chains end. */
  readonly parent: Readonly<Uint32Array>;
  /** `NaN` when it is missing; of tasks known by the live table only, in steps of its clock. */
  readonly begin: Readonly<Float64Array>;
  /** `NaN` while it lives. */
  readonly end: Readonly<Float64Array>;
  /** One of `taskState`. */
  readonly state: Readonly<Uint8Array>;
  /** µs during which it was the current task; time of the tasks it calls is theirs. */
  readonly busy: Readonly<Float64Array>;
  /** Number of its waits. */
  readonly waits: Readonly<Uint32Array>;
  /** Row of its last wait, 0: none (or let go). */
  readonly lastWait: Readonly<Uint32Array>;
}

export interface WaitColumns {
  readonly count: number;
  /** Row of the task that waits. */
  readonly task: Readonly<Uint32Array>;
  readonly site: Readonly<Uint32Array>;
  readonly begin: Readonly<Float64Array>;
  /** `NaN` while it lasts; also of the wait in which a task was lost. */
  readonly end: Readonly<Float64Array>;
  /** Row of the task it waits for, where known (a task it started, or a generator it asked for more); 0: not. May form cycles (deadlock). */
  readonly child: Readonly<Uint32Array>;
  /** Tasks that its task has started since it went on before: the fan-out of `Promise.all`. */
  readonly started: Readonly<Uint32Array>;
  /** Row of the wait of the same task before this one; 0: none. Always a lower row. */
  readonly previous: Readonly<Uint32Array>;
}

/** Rows 1 to `count` in order of time. */
export interface EventColumns {
  readonly count: number;
  readonly site: Readonly<Uint32Array>;
  /** Row of the task that did it, 0: none. */
  readonly task: Readonly<Uint32Array>;
  readonly time: Readonly<Float64Array>;
  readonly value: Readonly<Float64Array>;
  /** All that were seen, by site id, also those beyond the bound of rows. */
  readonly countBySite: ReadonlyMap<number, number>;
}
