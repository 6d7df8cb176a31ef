import type { Observation } from '#protocol/evidence.ts';
import type { FilePath, Finding, Place } from '../finding.ts';
import { lineAt } from '../textLines.ts';
import { confirmationOf } from './confirmations.ts';
import { functionAt, isAt, type PlacedEvidence, type PlacedObservation, type SourceFacts } from './placeEvidence.ts';

/** A run on the text as it is now, file by file. */
export interface PlacedRun {
  readonly run: number;
  /** The run lost records or left code out: what it did not see may have happened. */
  readonly isWhole: boolean;
  source(file: FilePath): SourceFacts | undefined;
  /** `undefined`: the run never loaded the file, or nothing is known of it. */
  placed(file: FilePath): PlacedEvidence | undefined;
}

/** Something that happened at the finding's place or on its way to the cause. */
export interface Seen {
  readonly observation: Observation;
  /** Step of the path; `undefined` at the finding's own place. */
  readonly step: number | undefined;
  /** The stack shows that it happened below the finding's own line. */
  readonly isBelow: boolean;
}

export interface OwnPlace {
  readonly placed: PlacedEvidence;
  /** Function of the finding. */
  readonly index: number;
}

/** Last step first, since the cause is there; then the place itself; then what was below it on the stack. */
export function seenOnPath(finding: Finding, run: PlacedRun, own: OwnPlace): readonly Seen[] {
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
