/**
 * What a reporter prints: findings in lines and columns, with their fixes written out. Plain readonly data without offsets, so
 * that a report needs no source text and no compiler any more.
 */
import type { FindingEvidence } from './evidence/findingEvidence.ts';
import type { Confidence, Severity } from './finding.ts';

/** Line and column, both 1-based; columns count UTF-16 code units and do not count a byte order mark. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** From `start` up to, not including, `end`. */
export interface Span {
  readonly start: Position;
  readonly end: Position;
}

/** A place in a file. Paths have forward slashes; absolute in a lint result, relative in a reporter's input. */
export interface Location extends Span {
  readonly file: string;
}

export interface LocatedStep extends Location {
  readonly label: string;
}

export interface LocatedFix {
  readonly title: string;
  readonly kind: 'safe' | 'suggestion';
  /** In the file of the finding; sorted, never overlapping. */
  readonly edits: readonly LocatedEdit[];
}

export interface LocatedEdit extends Span {
  readonly newText: string;
}

/** A finding as people see it. */
export interface LocatedFinding extends Location {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly message: string;
  readonly hint: string;
  readonly path: readonly LocatedStep[];
  /** Empty when fixes were not asked for. */
  readonly fixes: readonly LocatedFix[];
  /**
   * Stays the same while lines move: hash of rule id, path from the repository's root, text of the lines, and the ordinal among
   * equal ones. 32 hexadecimal digits.
   */
  readonly fingerprint: string;
  /** The line that holds the start, without its line break; at most 500 characters. */
  readonly sourceLine: string;
  /** Absent when no evidence was asked for. */
  readonly evidence?: FindingEvidence;
}

/** Why a file was judged only partly or not at all, in lines and columns. */
export interface LocatedProblem {
  /** `undefined` when it concerns the whole run. */
  readonly file: string | undefined;
  readonly position: Position | undefined;
  readonly message: string;
  readonly kind: 'note' | 'internal';
}

/** A run of the program, as a report names it. */
export interface ReportedRun {
  /** What ran: `node main.ts`. */
  readonly command: string;
  readonly durationMs: number;
  /** Between the end of the run and the report, by the clock of whoever made the report. */
  readonly ageMs: number;
  /** What the run could not record. */
  readonly limits: readonly string[];
}

/** Runs that findings were joined with, newest first, never empty. */
export interface ReportEvidence {
  readonly runs: readonly ReportedRun[];
}

/**
 * Everything one run has to say. Same input, same report: sorted, and no times but those of `evidence`.
 * Findings are sorted by place; with evidence, those that runs showed come first, by cost.
 */
export interface Report {
  readonly findings: readonly LocatedFinding[];
  readonly problems: readonly LocatedProblem[];
  /** Number of files that were judged. */
  readonly fileCount: number;
  /** `false` when the run was interrupted: findings are true, but others may be missing. */
  readonly isComplete: boolean;
  /** Absent when no evidence was asked for. */
  readonly evidence?: ReportEvidence;
}
