/**
 * What the analysis says about a program. Everything here is plain readonly data, serialisable, without times or absolute
 * machine state, so that the same input gives the same text in every reporter. The one exception is what a run measured, and
 * that is there only when evidence was asked for.
 */
import type { FindingEvidence } from './evidence/findingEvidence.ts';
import type { FixIntent } from './fixes.ts';

/** Absolute path with forward slashes, as the workspace names the file. Reporters make it relative. */
export type FilePath = string;

/** Half-open interval `[start, end)` in UTF-16 code units from the beginning of the file's text (without byte order mark). */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A place in a file. */
export interface Place {
  readonly file: FilePath;
  readonly range: Range;
}

/** How loud a finding is. `off` never leaves the configuration. */
export type Severity = 'error' | 'warning' | 'hint';

/**
 * How sure the analysis is: `certain` (types and paths are known), `likely` (plain JavaScript inference),
 * `possible` (a step of the path goes through an interface or a dynamic call).
 */
export type Confidence = 'certain' | 'likely' | 'possible';

/** One step on the way from the reported place to the cause, in reading order. The last step is the cause itself. */
export interface PathStep extends Place {
  /** What happens there, for example `load calls readConfig` or `readFileSync blocks here`. */
  readonly label: string;
}

/** One result of one rule at one place. */
export interface Finding extends Place {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** What is wrong here, with names in backticks, no full stop. */
  readonly message: string;
  /** How to repair it, one sentence. */
  readonly hint: string;
  /** Empty when the finding is about this place alone. */
  readonly path: readonly PathStep[];
  /** What can be offered, best first. The frontend's writer turns an intent into edits on demand. */
  readonly fixes: readonly FixIntent[];
  /** What runs showed; absent when no evidence was asked for. */
  readonly evidence?: FindingEvidence;
}

/** Why a file was judged only partly or not at all. Never an exception: the other files go on. */
export interface Problem {
  /** `undefined` when it concerns the whole run. */
  readonly file: FilePath | undefined;
  readonly message: string;
  /** Offset in the file where that is known. */
  readonly offset?: number;
  /** `internal` is a bug of ours (exit code 3), `note` leaves the exit code alone. */
  readonly kind: 'note' | 'internal';
}

/** Orders findings by file, then place, then rule: the order every reporter prints. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    compareText(a.file, b.file) ||
    a.range.start - b.range.start ||
    a.range.end - b.range.end ||
    compareText(a.ruleId, b.ruleId)
  );
}

/** Compares by UTF-16 code units, so that the order does not depend on the machine's locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
