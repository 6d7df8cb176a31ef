import type { Distribution, FunctionEvidence, Observation, ObservationKind } from '#protocol/evidence.ts';
import type { FunctionFact, FunctionIndex } from '../facts.ts';
import type { Range } from '../finding.ts';
import type { FileEvidence } from './evidenceIndex.ts';
import { groupBy } from '../groupBy.ts';
import { rangeAt } from './observedFindings.ts';
import { placeEvidence, type PlacedEvidence, type PlacedObservation, type SourceFacts } from './placeEvidence.ts';

/** What runs showed in one file, by the text as it is now: what an editor shows beside the code. */
export interface EvidenceMarks {
  /** In source order; functions of which there is nothing to say are absent. */
  readonly functions: readonly FunctionMark[];
  /** Places where something cost time or was lost, in source order. */
  readonly places: readonly PlaceMark[];
}

/** A function that ran, or in which something was seen. */
export interface FunctionMark {
  readonly name: string;
  readonly nameRange: Range;
  readonly isAsync: boolean;
  /** The text is not the one that ran: all figures are of the one before. */
  readonly isChanged: boolean;
  /** Index in `EvidenceIndex.runs`. */
  readonly run: number;
  /** Absent where entries are not counted. */
  readonly entered?: number;
  readonly duration?: Distribution;
  /** What happened in it, but not in functions inside it; one of each kind, `awaited` left out. */
  readonly seen: readonly SeenSum[];
}

/** Everything of one kind that was seen in a function. */
export interface SeenSum {
  readonly kind: ObservationKind;
  readonly count: number;
  /** Longest one, ms; absent where time is not what it costs. */
  readonly maxMs?: number;
  readonly errorClasses: readonly string[];
}

export interface PlaceMark {
  readonly range: Range;
  readonly run: number;
  readonly seen: Pick<Observation, 'kind' | 'count' | 'label' | 'durationMs' | 'errorClasses'>;
}

/** Marks of a file from what runs say of it, newest first: of each function, the newest run that knows its text counts. */
export function evidenceMarks(source: SourceFacts, runs: readonly FileEvidence[]): EvidenceMarks {
  const functions = new Map<FunctionIndex, FunctionMark>();
  const places = new Map<string, PlaceMark>();
  const placed = runs.map((run) => placeEvidence(source, run));
  for (const each of placed) addUnchanged(source, each, functions);
  for (const [at, each] of placed.entries()) addChanged(source, { placed: each, evidence: runs[at] }, functions);
  for (const each of placed) addPlaces(source, each, places);
  return {
    functions: [...functions].toSorted(([a], [b]) => a - b).map(([, mark]) => mark),
    places: [...places.values()].toSorted((a, b) => a.range.start - b.range.start),
  };
}

function addUnchanged(
  { functions }: SourceFacts,
  { run, functions: placed, observations }: PlacedEvidence,
  marks: Map<FunctionIndex, FunctionMark>,
): void {
  const within = groupBy(observations, (each) => each.function);
  for (const index of new Set([...placed.keys(), ...within.keys()])) {
    const fact = functions[index];
    if (index === 0 || fact === undefined || marks.has(index)) continue;
    const evidence = placed.get(index)?.evidence;
    const seen = sumsOf(within.get(index) ?? []);
    if ((evidence?.entered ?? 0) > 0 || seen.length > 0)
      marks.set(index, { ...markOf(fact, evidence), isChanged: false, run, seen });
  }
}

interface ChangedInput {
  readonly placed: PlacedEvidence;
  readonly evidence: FileEvidence | undefined;
}

/** A function whose text did not run, and the only one of its name that ran in another text, are taken for the same. */
function addChanged(
  { functions }: SourceFacts,
  { placed, evidence }: ChangedInput,
  marks: Map<FunctionIndex, FunctionMark>,
): void {
  const known = new Set([...placed.functions.values()].map(({ place }) => place));
  const gone = (evidence?.functions ?? []).filter((each) => !known.has(each) && (each.entered ?? 0) > 0);
  if (gone.length === 0) return;
  const old = groupBy(gone, ({ name }) => lastName(name));
  const fresh = groupBy(
    [...functions.entries()].filter(([index, { isAsync }]) => index > 0 && isAsync && !placed.functions.has(index)),
    ([, { name }]) => lastName(name),
  );
  for (const [name, [only, ...others]] of fresh) {
    const [before, ...rest] = old.get(name) ?? [];
    if (only === undefined || before === undefined || others.length + rest.length > 0 || marks.has(only[0])) continue;
    marks.set(only[0], { ...markOf(only[1], before), isChanged: true, run: placed.run, seen: [] });
  }
}

function lastName(name: string): string {
  return name.replace(/\(\)$/, '').split('.').at(-1) ?? name;
}

function markOf(
  { name, nameRange, isAsync }: FunctionFact,
  evidence: FunctionEvidence | undefined,
): Pick<FunctionMark, 'name' | 'nameRange' | 'isAsync' | 'entered' | 'duration'> {
  const { entered, duration } = evidence ?? {};
  return {
    name,
    nameRange,
    isAsync,
    ...(entered === undefined ? {} : { entered }),
    ...(duration === undefined ? {} : { duration }),
  };
}

function addPlaces({ text }: SourceFacts, { run, observations }: PlacedEvidence, marks: Map<string, PlaceMark>): void {
  for (const { observation, offset } of observations) {
    if (!isTrouble(observation)) continue;
    const { kind, count, label, durationMs, errorClasses } = observation;
    const key = `${kind} ${offset}`;
    if (marks.has(key)) continue;
    const seen = {
      kind,
      count,
      label,
      ...(durationMs === undefined ? {} : { durationMs }),
      ...(errorClasses === undefined ? {} : { errorClasses }),
    };
    marks.set(key, { range: rangeAt(text, offset, label), run, seen });
  }
}

function sumsOf(observations: readonly PlacedObservation[]): readonly SeenSum[] {
  const sums = new Map<ObservationKind, SeenSum>();
  for (const { observation } of observations) {
    const { kind, count, durationMs, errorClasses = [] } = observation;
    if (!isTrouble(observation)) continue;
    const known = sums.get(kind);
    const maxMs = Math.max(known?.maxMs ?? 0, durationMs?.max ?? 0);
    sums.set(kind, {
      kind,
      count: count + (known?.count ?? 0),
      ...(maxMs > 0 ? { maxMs } : {}),
      errorClasses: [...new Set([...(known?.errorClasses ?? []), ...errorClasses])].slice(0, 5),
    });
  }
  return [...sums.values()];
}

/** Waits are no trouble, nor calls and floating promises that were over at once: the same limits as where they confirm findings. */
function isTrouble({ kind, durationMs }: Observation): boolean {
  if (kind === 'called-blocking') return (durationMs?.max ?? 0) >= 10;
  if (kind === 'floated') return (durationMs?.max ?? 0) >= 1;
  return kind !== 'awaited';
}
