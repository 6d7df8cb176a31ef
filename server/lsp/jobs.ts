/**
 * What the main thread and the analysis worker say to each other. The main thread speaks the protocol and is always free to answer;
 * the worker runs one job at a time and may block in the compiler.
 */
import type { FilePath } from '#analysis/finding.ts';
import type { FileChange } from '#analysis/frontends/typescript/engine.ts';
import type { AnalysisScope, RunFinding } from '#protocol/lsp.ts';
import type { Diagnostic, Range, TextEdit } from 'vscode-languageserver';
import type { EvidenceView } from './evidenceView.ts';
import type { ServerSettings } from './settings.ts';

/** One question to the worker about one file, open in all but the last. */
export type Job =
  /** Findings of the file. A `local` check of a file whose program is known already answers for the whole program. */
  | { readonly kind: 'check'; readonly file: FilePath; readonly scope: AnalysisScope }
  /** Fixes for findings that touch the range. */
  | { readonly kind: 'fix'; readonly file: FilePath; readonly range: Range }
  /** All safe fixes at once. */
  | { readonly kind: 'fixAll'; readonly file: FilePath }
  /** Findings of a file of a run, and what the run says to them. */
  | { readonly kind: 'runFindings'; readonly file: FilePath; readonly batch: RunBatch };

/** The files of a run that are asked for one by one. */
export interface RunBatch {
  /** Folder that paths are told relative to. */
  readonly root: FilePath;
  /** All of the batch: those without tsconfig become one program. */
  readonly files: readonly FilePath[];
  /** See `RunFindingsParams.run`. */
  readonly run: string | undefined;
}

/** Answer to a job of the same kind. */
export type JobResult =
  | {
      readonly kind: 'check';
      readonly diagnostics: readonly Diagnostic[];
      /** What the answer is based on: it may be more than what was asked for. */
      readonly scope: AnalysisScope;
      /** Open files of the same program, whose findings may depend on this one. */
      readonly neighbors: readonly FilePath[];
      /** What runs showed; `undefined` when no run says anything of the file, or nobody wants to know. */
      readonly evidence: EvidenceView | undefined;
      readonly ms: number;
    }
  | { readonly kind: 'fix'; readonly fixes: readonly OfferedFix[] }
  | { readonly kind: 'fixAll'; readonly edits: readonly TextEdit[] }
  | { readonly kind: 'runFindings'; readonly findings: readonly RunFinding[] };

/** A change of the file that answers a finding. */
export interface OfferedFix {
  readonly title: string;
  /** Finding it answers, exactly as published. */
  readonly diagnostic: Diagnostic;
  readonly kind: 'safe' | 'suggestion' | 'suppression';
  readonly edits: readonly TextEdit[];
}

/** Main thread to worker. Processed in order. */
export type ToWorker = {
  readonly kind: 'job';
  /** Positive; also what the main thread writes into the cancel flag. */
  readonly id: number;
  readonly job: Job;
  /** Texts of open files that changed since the last job; `undefined` text: closed or changed on disk. */
  readonly changes: readonly FileChange[];
  /** Settings, when they changed since the last job. All projects are opened anew. */
  readonly settings: ServerSettings | undefined;
  /** Evidence was written since the last job. */
  readonly isEvidenceNew: boolean;
};

/** Worker to main thread. */
export type FromWorker =
  | { readonly kind: 'done'; readonly id: number; readonly result: JobResult }
  | { readonly kind: 'canceled'; readonly id: number }
  /** The job threw: a bug of ours, with its stack. */
  | { readonly kind: 'failed'; readonly id: number; readonly stack: string }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly message: string }
  /** Engine and version, once it is open. */
  | { readonly kind: 'engine'; readonly description: string };

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** Slots of the memory that both threads share. */
export const sharedSlots = {
  /** Id of the job to give up; 0: none. */
  cancel: 0,
  /** Counted up at each checkpoint: a job whose pulse stands still hangs. */
  pulse: 1,
} as const;
