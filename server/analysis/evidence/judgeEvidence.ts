import type { Observation } from '#protocol/evidence.ts';
import type { Finding, FilePath, Place } from '../finding.ts';
import { lineAt } from '../textLines.ts';
import { confirmationOf, confirmationsOf } from './confirmations.ts';
import { describeHarmless, describeObservation, times } from './describeEvidence.ts';
import type { FindingEvidence } from './findingEvidence.ts';
import {
  functionAt,
  isAt,
  type PlacedEvidence,
  type PlacedFunction,
  type PlacedObservation,
  type SourceFacts,
} from './placeEvidence.ts';

/** A run on the text as it is now, file by file. */
export interface PlacedRun {
  readonly run: number;
  /** The run lost records or left code out: what it did not see may have happened. */
  readonly isWhole: boolean;
  source(file: FilePath): SourceFacts | undefined;
  /** `undefined`: the run never loaded the file, or nothing is known of it. */
  placed(file: FilePath): PlacedEvidence | undefined;
}

export interface EvidenceVerdict {
  readonly evidence: FindingEvidence;
  /** What the finding speaks of, confirmed or not: it is no news any more. */
  readonly claimed: readonly Observation[];
}

/** What one run says of one finding. */
export function judgeEvidence(finding: Finding, run: PlacedRun): EvidenceVerdict {
  const source = run.source(finding.file);
  const placed = run.placed(finding.file);
  if (source === undefined || placed === undefined) return { evidence: unloaded(source, run), claimed: [] };
  const index = functionAt(source, finding.range.start);
  const found = seen(finding, run, { placed, index });
  const claimed = found.map(({ observation }) => observation);
  const verdict = (evidence: FindingEvidence): EvidenceVerdict => ({ evidence, claimed });
  const own = placed.functions.get(index);
  if (index > 0 && own === undefined) return verdict(unmatched(source, placed, index));
  // What happened at the end of the path happened on another way there.
  if (own?.evidence?.entered === 0) return verdict(notEntered(source, run, index));
  const best = bestOf(finding.ruleId, found);
  if (best !== undefined && !isOnWay(best, own)) return verdict(elsewhere(best, run.run));
  if (best !== undefined) return verdict(confirmed(best, run.run));
  return verdict(unconfirmed({ source, placed, index }, found.find(isOwn), run));
}

/** Something that happened at the finding's place or on its way to the cause. */
interface Seen {
  readonly observation: Observation;
  /** Step of the path; `undefined` at the finding's own place. */
  readonly step: number | undefined;
  /** The stack shows that it happened below the finding's own line. */
  readonly isBelow: boolean;
}

interface OwnPlace {
  readonly placed: PlacedEvidence;
  /** Function of the finding. */
  readonly index: number;
}

function isOwn({ step }: Seen): boolean {
  return step === undefined;
}

/** Last step first, since the cause is there; then the place itself; then what was below it on the stack. */
function seen(finding: Finding, run: PlacedRun, own: OwnPlace): readonly Seen[] {
  const below = new Set(belowLines(finding, own));
  const steps = finding.path.map((place, step) => at(place, step, { finding, run })).toReversed();
  const placed = [...steps.flat(), ...at(finding, undefined, { finding, run })];
  const known = new Set(placed.map(({ observation }) => observation));
  const last = finding.path.length === 0 ? undefined : finding.path.length - 1;
  const others = [...below].filter((observation) => !known.has(observation));
  return [
    ...placed.map((each) => ({ ...each, isBelow: below.has(each.observation) })),
    ...others.map((observation) => ({ observation, step: last, isBelow: true })),
  ];
}

function at(
  place: Place,
  step: number | undefined,
  { finding, run }: { finding: Finding; run: PlacedRun },
): readonly Seen[] {
  const placed = run.placed(place.file);
  const source = run.source(place.file);
  if (placed === undefined || source === undefined) return [];
  const within = functionAt(source, place.range.start);
  const isInFunction = (each: PlacedObservation): boolean =>
    within > 0 && each.function === within && confirmationOf(finding.ruleId, each.observation)?.scope === 'function';
  return placed.observations
    .filter((each) => isAt(each, place.range, placed.lines) || isInFunction(each))
    .map(({ observation }) => ({ observation, step, isBelow: false }));
}

/** What happened in functions that the finding's lines called, as the stacks of the run tell. */
function belowLines({ range }: Finding, { placed, index }: OwnPlace): readonly Observation[] {
  const own = placed.functions.get(index);
  if (own === undefined || placed.below.size === 0) return [];
  const moved = lineAt(placed.lines, own.start) + 1 - own.place.line;
  const [first, last] = [lineAt(placed.lines, range.start) + 1, lineAt(placed.lines, range.end) + 1];
  const lines = Array.from({ length: Math.min(last - first + 1, 50) }, (_, line) => first + line - moved);
  return lines.flatMap((line) => placed.below.get(line) ?? []);
}

/** By the order of the rule's table, then by cost. */
function bestOf(ruleId: string, found: readonly Seen[]): Seen | undefined {
  const order = confirmationsOf(ruleId);
  const ranked = found.flatMap((each) => {
    const confirmation = confirmationOf(ruleId, each.observation);
    return confirmation === undefined ? [] : [{ each, rank: order.indexOf(confirmation) }];
  });
  const [best] = ranked.toSorted((a, b) => a.rank - b.rank || costOf(b.each.observation) - costOf(a.each.observation));
  return best?.each;
}

function costOf({ durationMs, count }: Observation): number {
  return durationMs?.max ?? count / 1e6;
}

function confirmed({ observation, step }: Seen, run: number): FindingEvidence {
  const subject = step === undefined || observation.label === '' ? '' : `\`${observation.label}\` `;
  return {
    state: 'confirmed',
    run,
    detail: subject + describeObservation(observation),
    ...measured(observation),
    ...stepOf(step),
  };
}

/** Many ways may lead to the end of a path: it counts when the finding's function ran, or the stack shows it. */
function isOnWay({ step, isBelow }: Seen, own: PlacedFunction | undefined): boolean {
  return step === undefined || isBelow || (own?.evidence?.entered ?? 0) > 0;
}

function elsewhere({ observation }: Seen, run: number): FindingEvidence {
  const detail = `\`${observation.label}\` ${describeObservation(observation)}; whether on this way is not known`;
  return { state: 'unknown', run, detail };
}

function stepOf(step: number | undefined): Pick<FindingEvidence, 'step'> {
  return step === undefined ? {} : { step };
}

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

/** A file that the run does not name: not loaded, or without anything that a run writes down. */
function unloaded(source: SourceFacts | undefined, { run, isWhole }: PlacedRun): FindingEvidence {
  const hasAsync = source?.functions.some(({ isAsync }) => isAsync) === true;
  if (hasAsync && isWhole) return { state: 'not-run', run, detail: 'the file was not loaded' };
  return {
    state: 'unknown',
    run,
    detail: hasAsync ? 'the run is not whole, and shows nothing of the file' : 'the run shows nothing of the file',
  };
}

function unmatched({ functions }: SourceFacts, { run, changedNames }: PlacedEvidence, index: number): FindingEvidence {
  const fact = functions[index];
  const name = fact?.name ?? '';
  const isKnown = [...changedNames].some((each) => each.replace(/\(\)$/, '') === name);
  if (isKnown) return { state: 'stale', run, detail: `\`${name}\` has changed since` };
  // Every async function of a loaded file is written down, so this one had another text or was not there.
  if (fact?.isAsync === true) return { state: 'stale', run, detail: `\`${name}\` is new or has changed since` };
  return { state: 'unknown', run, detail: `\`${name}\` is not async: its calls are not counted` };
}

function notEntered({ functions }: SourceFacts, { run, isWhole }: PlacedRun, index: number): FindingEvidence {
  const name = functions[index]?.name ?? '';
  return isWhole
    ? { state: 'not-run', run, detail: `\`${name}\` was loaded and never called` }
    : { state: 'unknown', run, detail: `the run is not whole, and shows no call of \`${name}\`` };
}

interface OwnSource extends OwnPlace {
  readonly source: SourceFacts;
}

function unconfirmed({ source, placed, index }: OwnSource, own: Seen | undefined, { run }: PlacedRun): FindingEvidence {
  if (own !== undefined)
    return { state: 'ran', run, detail: describeHarmless(own.observation), ...measured(own.observation) };
  if (index === 0) return { state: 'unknown', run, detail: 'nothing was recorded at this place' };
  const name = source.functions[index]?.name ?? '';
  const evidence = placed.functions.get(index)?.evidence;
  if (evidence?.entered === undefined) {
    const reason =
      evidence?.isAsync === true
        ? 'calls were not counted in this run'
        : `\`${name}\` is not async: its calls are not counted`;
    return { state: 'unknown', run, detail: reason };
  }
  const { entered, duration } = evidence;
  return {
    state: 'ran',
    run,
    detail: `\`${name}\` ${times(entered)}, with nothing of the kind`,
    count: entered,
    ...(duration === undefined ? {} : { durationMs: duration }),
  };
}
