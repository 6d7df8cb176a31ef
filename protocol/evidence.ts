/** Evidence: what runs showed about places in source, in a form that the linter and the editor join with findings. */

export const evidenceVersion = 1;

/** `.rubato/evidence.json`. Lists are sorted by file, then place. */
export interface EvidenceFile {
  readonly version: typeof evidenceVersion;
  /** Wall clock at the start of the run, ms since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Base name of what ran. */
  readonly command: string;
  readonly mode: string;
  /** What the run could not record, in plain words; empty for a whole one. */
  readonly limits: readonly string[];
  readonly functions: readonly FunctionEvidence[];
  readonly observations: readonly Observation[];
}

/** Where a function stands and which text of it ran. */
export interface FunctionPlace {
  /** Relative to the folder that holds `.rubato`, forward slashes; never above it. Of the source that people edit: source maps are applied. */
  readonly file: string;
  readonly name: string;
  /** Line of the function, from 1, when it ran. */
  readonly line: number;
  /** `contentHash` of its text; absent for compiled code, where `fileHash` stands in. */
  readonly hash?: string;
  /** `contentHash` of the whole source file, for code that ran compiled. */
  readonly fileHash?: string;
}

/** A function that was loaded, and how often it ran. */
export interface FunctionEvidence extends FunctionPlace {
  readonly isAsync: boolean;
  /** Times it was entered; absent where entries are not recorded (functions that are not async, watch mode). */
  readonly entered?: number;
  /** Time from enter to exit in ms; absent when none ended. */
  readonly duration?: Distribution;
}

/** Spread of a duration in ms. Never a sum over invocations that ran side by side. */
export interface Distribution {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** What happened at one place. */
export interface Observation {
  readonly kind: ObservationKind;
  /** The function around it; absent at the top level of a module without awaits. */
  readonly function?: FunctionPlace;
  readonly file: string;
  /** From 1, of the source that people edit, when it ran. */
  readonly line: number;
  readonly column: number;
  /** UTF-16 offset from the function's first character; absent for compiled code and places known only by line. */
  readonly offset?: number;
  /** `contentHash` of the whole file (without byte order mark), where no function with a hash is known: it tells whether line and column still hold. */
  readonly fileHash?: string;
  /** Source text or name there, for messages. */
  readonly label: string;
  /** How often it happened. */
  readonly count: number;
  /** Of each time, where time is what it cost. */
  readonly durationMs?: Distribution;
  /** Classes of errors, most frequent first, at most 5. */
  readonly errorClasses?: readonly string[];
  /** From the place to the root: who called it. Outermost last, without the place itself, at most 8. */
  readonly callers?: readonly {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly name: string;
  }[];
}

/**
 * - `blocked`: the loop stood still here for at least the threshold; `durationMs` of each block.
 * - `called-blocking`: a known blocking call ran here; `durationMs` of each call, however short.
 * - `swallowed`: an error was caught and dropped.
 * - `unhandled`, `handled-late`: a promise left or thrown here rejected with nobody to handle it.
 * - `floated`: a promise was created here and used by nobody; `durationMs`: how long it was still at work after its starter was done.
 * - `pending-at-exit`: tasks that waited here when the program ended; `durationMs`: how long they had waited.
 * - `lost`: tasks that waited here were collected.
 * - `awaited`: an await that ended; `durationMs` of each wait.
 */
export type ObservationKind =
  | 'blocked'
  | 'called-blocking'
  | 'swallowed'
  | 'unhandled'
  | 'handled-late'
  | 'floated'
  | 'pending-at-exit'
  | 'lost'
  | 'awaited';
