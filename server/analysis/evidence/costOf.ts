import type { FindingEvidence } from './findingEvidence.ts';

/** What trouble that a run showed has cost. */
export interface Cost {
  /** Longest time that the loop stood still for it, in ms; 0 when it did not. Negative when no run showed any trouble. */
  readonly ms: number;
  /** How often. */
  readonly count: number;
}

/** The measured cost of a finding, to sort by. Time during which others could run (a floating promise at work) is no cost. */
export function costOf({ evidence }: { readonly evidence?: FindingEvidence | undefined }): Cost {
  if (evidence?.state !== 'confirmed' && evidence?.state !== 'observed') return { ms: -1, count: 0 };
  const isBlocking = evidence.kind === 'blocked' || evidence.kind === 'called-blocking';
  return { ms: isBlocking ? (evidence.durationMs?.max ?? 0) : 0, count: evidence.count ?? 0 };
}
