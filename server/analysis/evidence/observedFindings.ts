import type { Observation } from '#protocol/evidence.ts';
import type { ActiveRule } from '../analyze.ts';
import type { Finding, Range, Severity } from '../finding.ts';
import { observedRules } from './confirmations.ts';
import { describeObservation, quoted } from './describeEvidence.ts';
import { measured } from './measured.ts';
import type { PlacedEvidence, PlacedObservation, SourceFacts } from './placeEvidence.ts';

export interface ObservedInput {
  readonly source: SourceFacts;
  readonly placed: PlacedEvidence;
  /** Rules that judge the file: the others' findings are not wanted, wherever they come from. */
  readonly rules: readonly ActiveRule[];
  /** What findings speak of already. */
  readonly claimed: ReadonlySet<Observation>;
}

/** Findings that only the run knows, in source order. */
export function observedFindings({ source, placed, rules, claimed }: ObservedInput): readonly Finding[] {
  const unclaimed = placed.observations.filter(({ observation }) => !claimed.has(observation));
  return sampledTogether(unclaimed).flatMap((each): readonly Finding[] => {
    const ruleId = observedRules.find(({ kind }) => kind === each.observation.kind)?.ruleId;
    const active = rules.find(({ rule }) => rule.id === ruleId);
    if (active === undefined || isExempt(each, source, active)) return [];
    return [findingOf(each, active, { source, placed })];
  });
}

/** A loop is caught at another line each time a stack is taken: what has only a line counts for its function, at the costliest line. */
function sampledTogether(observations: readonly PlacedObservation[]): readonly PlacedObservation[] {
  const groups = new Map<string, PlacedObservation>();
  for (const [index, each] of observations.entries()) {
    const { kind, label } = each.observation;
    const key = each.isExact ? `${index}` : JSON.stringify([kind, label, each.function]);
    const known = groups.get(key);
    groups.set(key, known === undefined ? each : merged(known, each));
  }
  return [...groups.values()];
}

function merged(a: PlacedObservation, b: PlacedObservation): PlacedObservation {
  const [worse, other] = maxOf(a) >= maxOf(b) ? [a, b] : [b, a];
  const count = a.observation.count + b.observation.count;
  const { durationMs } = worse.observation;
  // The middle of two spreads is not known: that of the worse place stands for both.
  const spread = durationMs === undefined ? {} : { durationMs: { ...durationMs, count } };
  return { ...worse, observation: { ...other.observation, ...worse.observation, count, ...spread } };
}

function maxOf({ observation }: PlacedObservation): number {
  return observation.durationMs?.max ?? 0;
}

/** How many observations would be findings if their code had not changed since. */
export function countMisplaced({ misplaced }: PlacedEvidence, rules: readonly ActiveRule[]): number {
  return misplaced.filter(({ kind }) =>
    observedRules.some((each) => each.kind === kind && rules.some(({ rule }) => rule.id === each.ruleId)),
  ).length;
}

/** What the rule itself would not report: code that runs while a module is loaded, tests, worker threads. */
function isExempt(
  { observation, function: index }: PlacedObservation,
  source: SourceFacts,
  { options }: ActiveRule,
): boolean {
  if (observation.kind !== 'blocked') return false;
  if (source.isWorker || (index === 0 && options['checkStartup'] !== true)) return true;
  return options['checkTests'] !== true && isInTest(source, index);
}

function isInTest({ functions }: SourceFacts, index: number): boolean {
  for (let at = functions[index]; at !== undefined; at = functions[at.parent]) if (at.role === 'test') return true;
  return false;
}

function findingOf(
  { observation, offset }: PlacedObservation,
  { rule, severity }: ActiveRule,
  { source, placed }: Pick<ObservedInput, 'source' | 'placed'>,
): Finding {
  return {
    file: source.file,
    range: rangeAt(source.text, offset, observation.label),
    ruleId: rule.id,
    severity: severityOf(observation, severity ?? rule.severity),
    confidence: 'certain',
    message: `${observation.label === '' ? 'This code' : quoted(observation.label)} ${describeObservation(observation)}`,
    hint: hints[observation.kind] ?? rule.hint,
    path: [],
    fixes: [],
    evidence: {
      state: 'observed',
      run: placed.run,
      detail: 'no rule saw it in the code',
      ...measured(observation),
    },
  };
}

/** Somebody handled it after all: worth a look, not a failure. */
function severityOf({ kind }: Observation, own: Severity): Severity {
  return kind === 'handled-late' ? 'hint' : own;
}

const hints: Partial<Readonly<Record<Observation['kind'], string>>> = {
  blocked: 'Do the work in pieces with pauses between them, or in a worker thread.',
  unhandled: 'Handle the rejection where the promise is started.',
  'handled-late': 'Attach the handler before anything else is awaited.',
  lost: 'Make sure that whatever it waits for is settled, or give the wait a timeout.',
};

/** The text that the label stands for, where it still stands there; else the name at the place, or the rest of the line. */
export function rangeAt(text: string, offset: number, label: string): Range {
  const rest = text.slice(offset, offset + 1000);
  const length = rest.startsWith(label) ? label.length : (/^(?:[\w$.#]+|[^\r\n]+)/.exec(rest)?.[0].length ?? 0);
  return { start: offset, end: offset + Math.max(1, length) };
}
