import type { Distribution } from './evidence.ts';

/**
 * What the trace panel (a webview) and the extension host say to each other. Rows and places are numbers: text is sent once, tasks travel
 * as columns. Every message is checked on arrival by protocol/panelGuards.ts; what does not fit is dropped as a whole.
 * Times are µs since the start of the run (its first thread), unless their names say otherwise. Row 0 and place 0 stand for "none".
 * No number in a message outside of columns is `NaN` or infinite: editors send them as JSON.
 */

export const panelVersion = 1;

/** Bounds of what is accepted in one message, and in all of them together. */
export const panelLimits = {
  /** Code units of one text. */
  text: 2048,
  /** Rows in one message: 1.4 MB. Four of 11 MB held an extension host up for 400 ms. */
  chunk: 1 << 15,
  /** Rows in all. */
  tasks: 1 << 22,
  places: 1 << 20,
  /** Entries of a list for people: stuck groups, tree lines, findings, sites. */
  entries: 5000,
  blocks: 1 << 18,
  /** Tasks that waits are asked for at once. */
  asked: 2000,
  /** Waits in one answer. */
  waits: 1 << 18,
} as const;

/** From the extension host to the panel. */
export type HostMessage =
  | OpenMessage
  | PlacesMessage
  | TasksMessage
  | BlocksMessage
  | StatusMessage
  | StuckMessage
  | FindingsMessage
  | StatisticsMessage
  | ComparisonMessage
  | WaitsMessage
  | ShowMessage;

/** A trace is opened: everything before is forgotten. Places, tasks and the rest follow. */
export interface OpenMessage {
  readonly kind: 'open';
  readonly version: typeof panelVersion;
  /** Base name of what ran. */
  readonly title: string;
  /** ms since 1970. */
  readonly startedAt: number;
  /** Tasks that will come before the first paint makes sense: those of a recorded trace; 0 for a live one. */
  readonly expectedTasks: number;
  /** Names of threads, by number in `PanelTaskColumns.thread`. */
  readonly threads: readonly string[];
}

/** New places; ids follow those sent before, the first one is 1. */
export interface PlacesMessage {
  readonly kind: 'places';
  readonly first: number;
  readonly places: readonly PanelPlace[];
}

export interface PanelPlace {
  /** A `Place.kind` of the model; `frame` for a place that only a call stack names, `finding` for one of the linter. */
  readonly kind: string;
  /** See `SourcePlace.file`: relative to the root, never absolute. */
  readonly file: string;
  /** From 1; 0 when unknown. */
  readonly line: number;
  readonly column: number;
  /** Text of the await or call; name of a function. */
  readonly label: string;
  /** Function there or around it. */
  readonly function: string;
  /** The host can open it without asking. */
  readonly isInside: boolean;
}

/** New rows, and news of rows sent before. */
export interface TasksMessage {
  readonly kind: 'tasks';
  /** Row of the first new one; one more than all rows before. */
  readonly first: number;
  readonly columns: PanelTaskColumns;
  readonly changed: ChangedTasks;
  /** Latest time that is known. */
  readonly endTime: number;
}

/** All of the same length. */
export interface PanelTaskColumns extends TaskProgress {
  /** Place of the function. */
  readonly function: Uint32Array;
  /** Row of the task that started it, always a lower one; 0: none. */
  readonly parent: Uint32Array;
  readonly thread: Uint16Array;
  /** `NaN` when unknown. */
  readonly begin: Float64Array;
}

/** Columns that change while a task lives. */
export interface TaskProgress {
  /** `NaN` while it lives. */
  readonly end: Float64Array;
  /** A `TaskState` of the model. */
  readonly state: Uint8Array;
  /** µs on the loop itself. */
  readonly busy: Float32Array;
  readonly waits: Uint32Array;
  /** Place where it waits, or waited when it was lost; 0: it does not wait. */
  readonly waitsAt: Uint32Array;
  /** µs from its begin to the begin of that wait. */
  readonly waitsFrom: Float32Array;
}

/** Empty columns when nothing has changed. */
export interface ChangedTasks extends TaskProgress {
  readonly rows: Uint32Array;
}

/** All blocks of the loop so far, sorted by start; columns of the same length. */
export interface BlocksMessage {
  readonly kind: 'blocks';
  readonly start: Float64Array;
  readonly durationUs: Float64Array;
  /** Place to blame; 0: none. */
  readonly place: Uint32Array;
  readonly thread: Uint16Array;
}

/** `live`: the program runs; `paused`: it runs, but the panel is held; `ended`: it ran while we watched; `recorded`: from a file. */
export type PanelState = 'live' | 'paused' | 'ended' | 'recorded';

export interface StatusMessage {
  readonly kind: 'status';
  readonly state: PanelState;
  readonly endTime: number;
  /** The loop stands still since so many ms; 0: it turns. */
  readonly blockedMs: number;
  readonly dropped: {
    /** Words of records that are missing, events roughly. */
    readonly events: number;
    /** Messages that this listener did not get. */
    readonly messages: number;
    /** Tasks that were never recorded. */
    readonly tasks: number;
  };
  /** What is missing or wrong in the trace, in plain words. */
  readonly notes: readonly string[];
}

/** Tasks that wait, now or at the end. */
export interface StuckMessage {
  readonly kind: 'stuck';
  readonly groups: readonly StuckGroupRow[];
  /** Merged stacks of living tasks, in the order of a tree. */
  readonly tree: readonly StackRow[];
  /** Circles of tasks that wait for each other, as places of their waits. */
  readonly deadlocks: readonly (readonly { readonly function: number; readonly place: number }[])[];
  /** Living tasks, waiting or not. */
  readonly alive: number;
}

export interface StuckGroupRow {
  /** Place of the await. */
  readonly place: number;
  readonly function: number;
  readonly count: number;
  /** Of these, wait for no living task that is known: the cause lies here. */
  readonly leaves: number;
  readonly oldestMs: number;
  readonly medianMs: number;
  /** Row of the oldest one. */
  readonly task: number;
  /** Who started the oldest one: places of functions, innermost first. */
  readonly startedBy: readonly number[];
}

export interface StackRow {
  /** 0 for roots; the parent is the nearest row before with one less. */
  readonly depth: number;
  readonly function: number;
  /** Where it waits; 0: it runs. */
  readonly place: number;
  readonly count: number;
  readonly leaves: number;
  readonly recursions: number;
  readonly oldestMs: number;
  /** Row of the oldest one. */
  readonly task: number;
}

/** What the linter found in the files of this trace, and what the run says to it. */
export interface FindingsMessage {
  readonly kind: 'findings';
  readonly findings: readonly PanelFinding[];
}

export interface PanelFinding {
  readonly ruleId: string;
  readonly severity: 'error' | 'warning' | 'hint';
  readonly message: string;
  readonly place: number;
  /** Whether the run confirms it: `stale` when the function has changed since. */
  readonly verdict: 'confirmed' | 'not-observed' | 'stale' | 'none';
  /** What the run showed, one line; may be empty. */
  readonly evidence: string;
}

/** Upper bounds in ms of `SiteRow.buckets`; one more bucket is above them. */
export const siteBucketsMs: readonly number[] = [
  ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000],
];

/** Every function and await that was entered, by weight. */
export interface StatisticsMessage {
  readonly kind: 'statistics';
  readonly sites: readonly SiteRow[];
}

export interface SiteRow {
  readonly kind: 'function' | 'await' | 'blocking';
  readonly place: number;
  /** Function: from enter to exit. Await: each wait. Blocking: each call. */
  readonly duration: Distribution;
  /** Functions: time on the loop itself. */
  readonly busy?: Distribution;
  /** Tasks alive, or waits without end. */
  readonly open: number;
  readonly rejected: number;
  /** Most alive at the same time; functions only, otherwise 0. */
  readonly maxAlive: number;
  /** Counts by `siteBucketsMs`; empty when not known. */
  readonly buckets: readonly number[];
}

/** Another run beside this one. */
export interface ComparisonMessage {
  readonly kind: 'comparison';
  readonly before: string;
  readonly after: string;
  readonly sites: readonly ComparisonRow[];
}

export interface ComparisonRow {
  readonly kind: 'function' | 'await' | 'blocking' | 'blocked';
  readonly state: 'same' | 'edited' | 'new' | 'gone';
  readonly place: number;
  readonly before?: Distribution;
  readonly after?: Distribution;
}

/** Answer to `askWaits`: the waits of some tasks, those of a task together and in order. Columns of the same length. */
export interface WaitsMessage {
  readonly kind: 'waits';
  /** The rows that were asked for. */
  readonly rows: readonly number[];
  readonly task: Uint32Array;
  readonly place: Uint32Array;
  readonly begin: Float64Array;
  /** `NaN` while it lasts. */
  readonly end: Float64Array;
  /** Row of the task it waits for; 0: not known. */
  readonly child: Uint32Array;
}

/** Brings a part to the front, as the user asked in the editor. Absent: stays as it is. */
export interface ShowMessage {
  readonly kind: 'show';
  readonly tab?: PanelTab;
  /** In the language of the filter box. */
  readonly filter?: string;
}

export const panelTabs = ['stuck', 'findings', 'tasks', 'timeline', 'stacks', 'sites', 'compare'] as const;
export type PanelTab = (typeof panelTabs)[number];

export const exportFormats = ['perfetto', 'chrome'] as const;
export type PanelExportFormat = (typeof exportFormats)[number];

/** From the panel to the extension host. */
export type PanelMessage =
  /** The panel listens; the host sends `open` and all that follows. Also after the webview was hidden and made anew. */
  | { readonly kind: 'ready'; readonly version: number }
  /** The host opens a place only when it knows the id and the file lies in the workspace, or asks. */
  | { readonly kind: 'openSource'; readonly place: number }
  | { readonly kind: 'explainRule'; readonly ruleId: string }
  | { readonly kind: 'export'; readonly format: PanelExportFormat }
  | { readonly kind: 'setPaused'; readonly isPaused: boolean }
  | { readonly kind: 'askWaits'; readonly rows: readonly number[] }
  /** The user wants to choose a run to compare with. */
  | { readonly kind: 'compare' }
  /** A bug in the panel, for the log. */
  | { readonly kind: 'fault'; readonly message: string };
