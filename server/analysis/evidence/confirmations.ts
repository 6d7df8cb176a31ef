import type { Observation, ObservationKind } from '#protocol/evidence.ts';

/** One kind of observation that confirms the findings of a rule. */
export interface Confirmation {
  readonly kind: ObservationKind;
  /** Only when it took at least so long once, ms; observations without durations do not count then. Runs are measured to about 1 ms. */
  readonly fromMs?: number;
  /** Seen anywhere in the function at the place, or at a step, is enough: a rejection is noticed where it was thrown. */
  readonly scope?: 'function';
}

/** What a rejection that nobody handled leaves behind. */
const unhandled: readonly Confirmation[] = [
  { kind: 'unhandled', scope: 'function' },
  { kind: 'handled-late', scope: 'function' },
];

/**
 * What in a run confirms what a rule says, best first; docs/evidence.md shows the table. Rules that are not named, or have no entry, say things
 * that no run shows: whether a condition would have been another one is not recorded.
 */
export const confirmations: Readonly<Record<string, readonly Confirmation[]>> = {
  // A known blocking call that is always short ran, and nothing else.
  'blocking-call': [{ kind: 'blocked' }, { kind: 'called-blocking', fromMs: 10 }],
  // A promise that was settled before its starter ended, as far as the clock tells, did no harm this time.
  'floating-promise': [...atPlace(unhandled), { kind: 'floated', fromMs: 1 }],
  'lost-promise': [...atPlace(unhandled), { kind: 'lost' }, { kind: 'floated', fromMs: 1 }],
  // `void` says that nobody waits, so work that goes on is meant: only its failure is trouble.
  'unsafe-void': unhandled,
  'async-callback-ignored': unhandled,
  'missing-await-in-try': atPlace(unhandled),
  'swallowed-rejection': [{ kind: 'swallowed' }],
  'promise-in-condition': [],
};

/** An `observed` finding: the rule that stands for an observation that no finding speaks of. */
export interface ObservedRule {
  readonly kind: ObservationKind;
  readonly ruleId: string;
}

/**
 * Observations that become findings of their own. The others are either meant (a promise that floats and fails nowhere, an error that somebody drops
 * on purpose, tasks that wait when a service ends) or no trouble.
 */
export const observedRules: readonly ObservedRule[] = [
  { kind: 'blocked', ruleId: 'blocking-call' },
  { kind: 'unhandled', ruleId: 'floating-promise' },
  { kind: 'handled-late', ruleId: 'floating-promise' },
  { kind: 'lost', ruleId: 'lost-promise' },
];

/** The confirmation that an observation is for a rule; `undefined` when it confirms nothing. */
export function confirmationOf(ruleId: string, { kind, durationMs }: Observation): Confirmation | undefined {
  return confirmationsOf(ruleId).find(
    (each) => each.kind === kind && (each.fromMs === undefined || (durationMs?.max ?? 0) >= each.fromMs),
  );
}

export function confirmationsOf(ruleId: string): readonly Confirmation[] {
  return Object.hasOwn(confirmations, ruleId) ? (confirmations[ruleId] ?? []) : [];
}

function atPlace(list: readonly Confirmation[]): readonly Confirmation[] {
  return list.map(({ kind }) => ({ kind }));
}
