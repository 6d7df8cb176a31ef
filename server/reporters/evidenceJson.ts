import type { FindingEvidence } from '#analysis/evidence/findingEvidence.ts';

/** Evidence of a finding for programs: the same fields in JSON and in the properties of SARIF. What is not known is absent. */
export function evidenceJson({
  state,
  detail,
  run,
  kind,
  count,
  durationMs,
  errorClasses,
  step,
}: FindingEvidence): object {
  return { state, detail, run, kind, count, durationMs, errorClasses, step };
}
