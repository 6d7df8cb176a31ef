/**
 * Names in `.rubato/`, the folder of the traced project.
 *
 *     .rubato/.gitignore              `*`
 *     .rubato/evidence.json           evidence of the last run, `EvidenceFile`
 *     .rubato/runs/<name>/run.json    `RunManifest`
 *     .rubato/runs/<name>/evidence.json     its evidence, which stays when later runs replace the other one
 *     .rubato/runs/<name>/trace.rubato      everything of an ended run, gzip of all segments one behind the other
 *     .rubato/runs/<name>/<pid>-<thread>-<segment>.segment   while it runs, or when nobody could join them
 *     .rubato/runs/<name>/<pid>.process    JSON `ProcessMark`: this process is traced, and where it listens
 *     .rubato/runs/<name>/untraced.jsonl   a line of JSON `UntracedProcess` for each process that met the hook and is not traced
 */
import type { UntracedNote } from './messages.ts';

export const runFolder = {
  folder: '.rubato',
  runs: 'runs',
  evidence: 'evidence.json',
  manifest: 'run.json',
  trace: 'trace.rubato',
  segmentExtension: '.segment',
  processExtension: '.process',
  untraced: 'untraced.jsonl',
} as const;

/** What `rubato run` knows of a run. */
export interface RunManifest {
  readonly version: 1;
  /** ms since 1970. */
  readonly startedAt: number;
  /** Absent while it runs. */
  readonly endedAt?: number;
  /** The `rubato run` that looks after it; absent for a run of an editor, where nobody does. */
  readonly pid?: number;
  /** Base name of the program and its script, no arguments. */
  readonly command: string;
  readonly mode: string;
  /** How the child ended. */
  readonly exitCode?: number;
  readonly signal?: string;
}

/** A traced process. Created exclusively, which also counts processes against the cap. */
export interface ProcessMark {
  readonly pid: number;
  /** Path of its socket or named pipe; absent when it does not listen. */
  readonly socket?: string;
  /** 128 random bits, hexadecimal; the first frame of a listener must carry it. */
  readonly token?: string;
}

/** A process that is not traced, and why. A process may stand there twice. */
export interface UntracedProcess extends UntracedNote {
  readonly pid: number;
}
