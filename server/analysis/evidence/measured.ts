import type { Observation } from '#protocol/evidence.ts';
import { quoted } from './describeEvidence.ts';
import type { FindingEvidence } from './findingEvidence.ts';
import type { Seen } from './seenOnPath.ts';

/** What was measured, for programs that read a report. */
export function measured({
  kind,
  count,
  durationMs,
  errorClasses,
}: Observation): Pick<FindingEvidence, 'kind' | 'count' | 'durationMs' | 'errorClasses'> {
  return {
    kind,
    count,
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(errorClasses === undefined ? {} : { errorClasses }),
  };
}

/** What is not at the finding's place is named. */
export function subjectOf({ observation: { label }, step }: Seen): string {
  return step === undefined || label === '' ? '' : `${quoted(label)} `;
}

export function seenIn({ observation, step }: Seen): Partial<FindingEvidence> {
  return { ...measured(observation), ...(step === undefined ? {} : { step }) };
}
