import type { HostMessage, PanelExportFormat, PanelMessage, PanelPlace, PanelState } from '#protocol/panel.ts';
import type { FindingSource } from '#trace/panel/panelFeed.ts';

/**
 * What the extension host and the reader thread say to each other. The reader reads recorded runs, follows living ones and makes what panel
 * and tasks view show, so that a trace of a million tasks never stalls the extension host. A `session` is one run that somebody looks at;
 * its number is the host's choice. Nothing is sent for a session that was closed.
 */

/** From the extension host to the reader. */
export type ReaderRequest =
  /** Begins a session. Answered by `opened`, or by `failed`. */
  | { readonly kind: 'open'; readonly session: number; readonly source: TraceSource }
  | { readonly kind: 'close'; readonly session: number }
  /** Tasks are told from now on, at once and then when they change, at most twice a second; or not any more. */
  | { readonly kind: 'watchTasks'; readonly session: number; readonly isWanted: boolean }
  /** From the session's panel, already checked by `isPanelMessage`. `ready` begins the feed (again); `detachPanel` ends it. */
  | { readonly kind: 'panel'; readonly session: number; readonly message: PanelMessage }
  | { readonly kind: 'detachPanel'; readonly session: number }
  /** For the panel's list of findings. */
  | { readonly kind: 'findings'; readonly session: number; readonly findings: readonly FindingSource[] }
  /** Compares with an older run; `path` as in `TraceSource`. */
  | { readonly kind: 'compareWith'; readonly session: number; readonly path: string }
  /** Writes the trace for another tool. Answered by `done` or `failed` with the same `request`. */
  | {
      readonly kind: 'export';
      readonly request: number;
      readonly session: number;
      readonly format: PanelExportFormat;
      readonly file: string;
    }
  /**
   * Waits until every traced process of a run that no `rubato run` looks after has ended (at most two seconds), joins its segments and writes
   * its evidence. Answered by `done` or `failed`. May be asked again when more ran with the same folder.
   */
  | { readonly kind: 'finish'; readonly request: number; readonly folder: string }
  /** Makes the folder of a run that the extension starts itself. Answered by `made` or `failed`. `root`: folder that gets `.rubato`. */
  | { readonly kind: 'makeRun'; readonly request: number; readonly root: string; readonly command: string };

export interface TraceSource {
  /** Folder of a run, living or ended; a `trace.rubato` or another file of that format; or a segment. Absolute. */
  readonly path: string;
  /** Folder that a trace without a run's folder around it belongs to; absolute. */
  readonly root: string;
}

/** From the reader to the extension host. */
export type ReaderAnswer =
  | OpenedAnswer
  /** For the session's panel. */
  | { readonly kind: 'panel'; readonly session: number; readonly message: HostMessage }
  | { readonly kind: 'tasks'; readonly session: number; readonly tasks: TasksSnapshot }
  /** What the session's panel wants opened; only a place that it was told of. */
  | { readonly kind: 'openSource'; readonly session: number; readonly place: PanelPlace }
  /** Files (relative to the root, forward slashes) that tasks of the run come from, for the findings to ask for. Told after `ready`. */
  | { readonly kind: 'files'; readonly session: number; readonly files: readonly string[] }
  /** The program ended; what follows is the whole trace. */
  | { readonly kind: 'ended'; readonly session: number }
  | { readonly kind: 'made'; readonly request: number; readonly folder: string }
  | { readonly kind: 'done'; readonly request: number }
  /** One sentence for the user: what, where, what to do. `session` or `request` of what failed; neither: the reader itself. */
  | { readonly kind: 'failed'; readonly session?: number; readonly request?: number; readonly message: string };

export interface OpenedAnswer {
  readonly kind: 'opened';
  readonly session: number;
  /** Base name of what ran. */
  readonly title: string;
  /** Folder that paths are relative to; absolute, forward slashes. */
  readonly root: string;
  readonly state: PanelState;
}

/** The living tasks of a run, grouped by where they wait; of an ended run those that never ended. */
export interface TasksSnapshot {
  readonly state: PanelState;
  /** Living tasks, waiting or not. */
  readonly alive: number;
  /** The loop stands still since so many ms; 0: it turns. */
  readonly blockedMs: number;
  /** ms since 1970 of this picture. */
  readonly at: number;
  /** The most suspicious first: circles, then groups that waited long with all causes inside, then by oldest age. At most 500. */
  readonly groups: readonly TaskGroup[];
  /** What is missing or wrong in the trace, in plain words. */
  readonly notes: readonly string[];
}

export interface TaskGroup {
  /** Where they wait; `label` is the awaited expression. */
  readonly place: PanelPlace;
  readonly count: number;
  /** Of these, wait for no living task that is known: the cause lies here. */
  readonly leaves: number;
  readonly oldestMs: number;
  readonly medianMs: number;
  /** They wait for each other in a circle. */
  readonly isDeadlock: boolean;
  /** Ways to the root, merged: who waits for or started these tasks, the largest first. At most 20. */
  readonly callers: readonly TaskNode[];
}

/** Tasks of one function that wait at one place for the ones below. */
export interface TaskNode {
  /** Where they wait, or where the function begins when that is not known. */
  readonly place: PanelPlace;
  readonly count: number;
  readonly oldestMs: number;
  /** Nearer to the root. */
  readonly callers: readonly TaskNode[];
}
