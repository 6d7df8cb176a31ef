import type { Observation } from '#protocol/evidence.ts';
import type { Finding } from '../finding.ts';
import { confirmationOf, confirmationsOf } from './confirmations.ts';
import { describeObservation, quoted } from './describeEvidence.ts';
import type { FindingEvidence } from './findingEvidence.ts';
import { seenIn, subjectOf } from './measured.ts';
import { functionAt, type PlacedFunction } from './placeEvidence.ts';
import { seenOnPath, type PlacedRun, type Seen } from './seenOnPath.ts';
import { notEntered, unconfirmed, unloaded, unmatched } from './withoutTrouble.ts';

export interface EvidenceVerdict {
  readonly evidence: FindingEvidence;
  /** What the evidence speaks of: it is no news any more. */
  readonly claimed: readonly Observation[];
}

/** What one run says of one finding. */
export function judgeEvidence(finding: Finding, run: PlacedRun): EvidenceVerdict {
  const source = run.source(finding.file);
  const placed = run.placed(finding.file);
  const silent = (evidence: FindingEvidence): EvidenceVerdict => ({ evidence, claimed: [] });
  if (source === undefined || placed === undefined) return silent(unloaded(source, run));
  const index = functionAt(source, finding.range.start);
  const own = placed.functions.get(index);
  if (index > 0 && own === undefined) return silent(unmatched(source, placed, index));
  // What happened at the end of the path happened on another way there.
  if (own?.evidence?.entered === 0) return silent(notEntered(source, run, index));
  const found = seenOnPath(finding, run, { placed, index });
  const evidence =
    confirmed(finding, found, { own, run: run.run }) ??
    unconfirmed({ source, placed, index, ruleId: finding.ruleId }, harmless(finding.ruleId, found, own), run);
  return { evidence, claimed: found.map(({ observation }) => observation) };
}

interface Asked {
  readonly own: PlacedFunction | undefined;
  readonly run: number;
}

function confirmed({ ruleId }: Finding, found: readonly Seen[], { own, run }: Asked): FindingEvidence | undefined {
  const best = bestOf(
    ruleId,
    found.filter((each) => isOnWay(each, own)),
  );
  if (best !== undefined) {
    const detail = subjectOf(best) + describeObservation(best.observation);
    return { state: 'confirmed', run, detail, ...seenIn(best) };
  }
  const other = bestOf(ruleId, found);
  if (other === undefined) return undefined;
  const what = `${quoted(other.observation.label)} ${describeObservation(other.observation)}`;
  return { state: 'unknown', run, detail: `${what}; whether on this way is not known` };
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

/** What ran and was no trouble: at the place itself, or what the rule is about at the end of the path. */
function harmless(ruleId: string, found: readonly Seen[], own: PlacedFunction | undefined): Seen | undefined {
  const isAbout = ({ observation }: Seen): boolean =>
    confirmationsOf(ruleId).some(({ kind }) => kind === observation.kind);
  const ways = found.filter((each) => isOnWay(each, own));
  return ways.find((each) => isAbout(each)) ?? ways.find(({ step }) => step === undefined);
}

function costOf({ durationMs, count }: Observation): number {
  return durationMs?.max ?? count / 1e6;
}

/** Many ways may lead to the end of a path: it counts when the finding's function ran, or the stack shows it. */
function isOnWay({ step, isBelow }: Seen, own: PlacedFunction | undefined): boolean {
  return step === undefined || isBelow || (own?.evidence?.entered ?? 0) > 0;
}
