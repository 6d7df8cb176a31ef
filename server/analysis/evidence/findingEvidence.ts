/** What runs showed about a finding, as plain data that goes into reports. */
import type { Distribution, ObservationKind } from '#protocol/evidence.ts';

/**
 * How a finding stands to what ran.
 * - `confirmed`: trouble of its kind was seen at its place, at a step of its path, or below it on the stack.
 * - `observed`: seen in a run, and no rule knew of it.
 * - `ran`: its place or function ran without that trouble.
 * - `not-run`: its function was loaded and never entered, or its file was never loaded.
 * - `stale`: its function's text is not the one that ran.
 * - `unknown`: cannot be told, for example because entries of functions that are not async are not counted.
 */
export type EvidenceState = 'confirmed' | 'observed' | 'ran' | 'not-run' | 'stale' | 'unknown';

export interface FindingEvidence {
  readonly state: EvidenceState;
  /** What a run says, to be read behind the state: one phrase, names in backticks, no full stop. */
  readonly detail: string;
  /** Index of the run it is from: in `EvidenceIndex.runs`, and in `ReportEvidence.runs` of a report. */
  readonly run: number;
  /** What was seen; absent when nothing was. */
  readonly kind?: ObservationKind;
  /** How often: the observation, or else entries of the function. */
  readonly count?: number;
  /** ms, of each time, where time is what it cost. */
  readonly durationMs?: Distribution;
  /** Most frequent first. */
  readonly errorClasses?: readonly string[];
  /** Step of the finding's path where it was seen, from 0; absent at the finding's own place. */
  readonly step?: number;
}
