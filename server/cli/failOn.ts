import { suggestion } from '#analysis/didYouMean.ts';
import type { EvidenceState } from '#analysis/evidence/findingEvidence.ts';
import { rules } from '#analysis/rules/index.ts';
import type { Distribution, ObservationKind } from '#protocol/evidence.ts';
import { UserError } from '#workspace/userError.ts';

/** What a run must not show: `<state>:<rule or family>[><duration>]`. */
export interface FailCondition {
  /** `observed`: the run showed it, whether a rule knew of it or not; `confirmed`: a rule knew of it too. */
  readonly state: 'confirmed' | 'observed';
  /** Id of a rule, or a family of observations. */
  readonly what: string;
  /** Met only by what took longer at least once, ms; `undefined` takes everything. */
  readonly aboveMs: number | undefined;
}

/** What a condition is asked about: a finding with its evidence, or an observation of a run, which has state `observed` and no rule. */
export interface FailCandidate {
  readonly state?: EvidenceState;
  readonly ruleId?: string;
  readonly kind?: ObservationKind;
  readonly durationMs?: Distribution;
}

/** Kinds of trouble that belong together. */
const families: Readonly<Record<string, readonly ObservationKind[]>> = {
  any: ['blocked', 'called-blocking', 'unhandled', 'handled-late', 'swallowed', 'floated', 'lost', 'pending-at-exit'],
  blocking: ['blocked', 'called-blocking'],
  rejection: ['unhandled', 'handled-late', 'swallowed'],
  floating: ['floated', 'unhandled', 'handled-late'],
  lost: ['lost', 'pending-at-exit'],
};

const states = ['confirmed', 'observed'] as const;

/** Conditions from `--fail-on`, each a list with commas. @throws UserError that points at the mistake */
export function parseFailOn(written: readonly string[]): readonly FailCondition[] {
  return written.flatMap((list) => {
    let at = 0;
    return list.split(',').map((each) => {
      const start = at;
      at += each.length + 1;
      return parseCondition(each, { list, start });
    });
  });
}

/** Whether a condition is met. */
export function isMet({ state, what, aboveMs }: FailCondition, candidate: FailCandidate): boolean {
  const isSeen = candidate.state === 'confirmed' || (state === 'observed' && candidate.state === 'observed');
  const isMeant =
    candidate.ruleId === what || (candidate.kind !== undefined && familyOf(what).includes(candidate.kind));
  return isSeen && isMeant && (aboveMs === undefined || (candidate.durationMs?.max ?? 0) > aboveMs);
}

function familyOf(name: string): readonly ObservationKind[] {
  return Object.hasOwn(families, name) ? (families[name] ?? []) : [];
}

/** Where a part stands in what was written. */
interface Written {
  readonly list: string;
  /** Offset in `list`. */
  readonly start: number;
}

function parseCondition(text: string, { list, start }: Written): FailCondition {
  const [, blanks = '', stateText = '', colon = '', what = '', sign = '', duration = ''] =
    /^(\s*)([^:>\s]*)\s*(:?)\s*([^>\s]*)\s*(>?)\s*(.*?)\s*$/.exec(text) ?? [];
  const at = start + blanks.length;
  const state = states.find((each) => each === stateText);
  if (state === undefined)
    throw mistake(list, at, `needs ${states.join(' or ')}${suggestion(stateText, states)}, as in observed:blocking`);
  const whatAt = at + text.slice(blanks.length).indexOf(what, stateText.length + colon.length);
  if (what === '') throw mistake(list, at + stateText.length, `needs a rule or a family, as in ${state}:blocking`);
  const known = [...Object.keys(families), ...rules.map(({ id }) => id)];
  if (!known.includes(what)) {
    const offer = suggestion(what, known) || `; families are ${Object.keys(families).join(', ')}`;
    throw mistake(list, whatAt, `knows no rule or family "${what}"${offer}`);
  }
  if (sign === '' && duration !== '')
    throw mistake(list, start + text.indexOf(duration), `needs ">" before a duration`);
  return {
    state,
    what,
    aboveMs: sign === '' ? undefined : milliseconds(duration, { list, start: start + text.indexOf('>') + 1 }),
  };
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000 };

function milliseconds(text: string, { list, start }: Written): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(text) ?? [];
  if (number === undefined) throw mistake(list, start, `needs a duration in ms or s, as in >200ms or >1.5s`);
  return Number(number) * (units[unit] ?? 1);
}

function mistake(list: string, at: number, message: string): UserError {
  return new UserError(`--fail-on ${message}\n  ${list}\n  ${' '.repeat(at)}^`);
}
