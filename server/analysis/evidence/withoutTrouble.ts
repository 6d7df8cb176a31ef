/** What is said of findings that no run confirmed. Never more than is known. */
import { confirmationsOf } from './confirmations.ts';
import { describeHarmless, times } from './describeEvidence.ts';
import type { FindingEvidence } from './findingEvidence.ts';
import { seenIn, subjectOf } from './measured.ts';
import type { PlacedEvidence, SourceFacts } from './placeEvidence.ts';
import type { OwnPlace, PlacedRun, Seen } from './seenOnPath.ts';

/** A file that the run does not name: not loaded, or without anything that a run writes down. */
export function unloaded(source: SourceFacts | undefined, { run, isWhole }: PlacedRun): FindingEvidence {
  const hasAsync = source?.functions.some(({ isAsync }) => isAsync) === true;
  if (hasAsync && isWhole) return { state: 'not-run', run, detail: 'the file was not loaded' };
  return {
    state: 'unknown',
    run,
    detail: hasAsync ? 'the run is not whole, and shows nothing of the file' : 'the run shows nothing of the file',
  };
}

export function unmatched(
  { functions }: SourceFacts,
  { run, changedNames }: PlacedEvidence,
  index: number,
): FindingEvidence {
  const fact = functions[index];
  const name = fact?.name ?? '';
  const isKnown = [...changedNames].some((each) => each.replace(/\(\)$/, '') === name);
  if (isKnown) return { state: 'stale', run, detail: `\`${name}\` has changed since` };
  // Every async function of a loaded file is written down, so this one had another text or was not there.
  if (fact?.isAsync === true) return { state: 'stale', run, detail: `\`${name}\` is new or has changed since` };
  return { state: 'unknown', run, detail: `\`${name}\` is not async: its calls are not counted` };
}

export function notEntered({ functions }: SourceFacts, { run, isWhole }: PlacedRun, index: number): FindingEvidence {
  const name = functions[index]?.name ?? '';
  return isWhole
    ? { state: 'not-run', run, detail: `\`${name}\` was loaded and never called` }
    : { state: 'unknown', run, detail: `the run is not whole, and shows no call of \`${name}\`` };
}

interface OwnSource extends OwnPlace {
  readonly source: SourceFacts;
  readonly ruleId: string;
}

export function unconfirmed(
  { source, placed, index, ruleId }: OwnSource,
  own: Seen | undefined,
  { run }: PlacedRun,
): FindingEvidence {
  if (own !== undefined)
    return { state: 'ran', run, detail: subjectOf(own) + describeHarmless(own.observation), ...seenIn(own) };
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
  const rest = confirmationsOf(ruleId).length === 0 ? 'a run does not show more of this' : 'with nothing of the kind';
  return {
    state: 'ran',
    run,
    detail: `\`${name}\` ${times(entered)}, ${rest}`,
    count: entered,
    ...(duration === undefined ? {} : { durationMs: duration }),
  };
}
