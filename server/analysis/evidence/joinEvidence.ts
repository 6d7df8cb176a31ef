import type { Observation } from '#protocol/evidence.ts';
import type { ActiveRule } from '../analyze.ts';
import { compareFindings, type FilePath, type Finding, type Problem } from '../finding.ts';
import type { EvidenceIndex } from './evidenceIndex.ts';
import type { EvidenceState, FindingEvidence } from './findingEvidence.ts';
import { judgeEvidence, type EvidenceVerdict } from './judgeEvidence.ts';
import { countMisplaced, observedFindings } from './observedFindings.ts';
import { placeEvidence, type PlacedEvidence, type SourceFacts } from './placeEvidence.ts';
import type { PlacedRun } from './seenOnPath.ts';

export interface JoinRequest {
  /** Files that are judged, with the rules that judge them. */
  readonly files: ReadonlyMap<FilePath, readonly ActiveRule[]>;
  /** Of these files, before suppressions are applied. */
  readonly findings: readonly Finding[];
  /** Any file of the program as it is now; asked for files with evidence and for those of findings and paths, each once. */
  sourceOf(file: FilePath): SourceFacts | undefined;
}

export interface JoinResult {
  /** All findings, each with its evidence, and the observed ones; sorted by `compareFindings`. */
  readonly findings: readonly Finding[];
  /** Notes on files where a run saw trouble in code that has changed since, or cannot be told apart. */
  readonly problems: readonly Problem[];
}

/**
 * Joins findings with what runs showed. Pure, and cheap for one file: an editor calls it with one file at a time, and then does not know that a
 * finding of another file speaks of an observation here.
 */
export function joinEvidence(index: EvidenceIndex, request: JoinRequest): JoinResult {
  const runs = placedRuns(index, request);
  const claimed = new Set<Observation>();
  const judged = request.findings.map((finding) => {
    const verdicts = runs.map((run) => judgeEvidence(finding, run));
    for (const verdict of verdicts) for (const each of verdict.claimed) claimed.add(each);
    const best = strongest(verdicts);
    return best === undefined ? finding : { ...finding, evidence: best };
  });
  const files = [...request.files].map(([file, rules]) => onlyInRuns({ file, rules, runs, claimed }));
  return {
    findings: [...judged, ...files.flatMap(({ findings }) => findings)].toSorted(compareFindings),
    problems: files.flatMap(({ problems }) => problems),
  };
}

function placedRuns(index: EvidenceIndex, request: JoinRequest): readonly PlacedRun[] {
  const source = once((file) => request.sourceOf(file));
  return index.runs.map(({ evidence }, run) => ({
    run,
    isWhole: evidence.limits.length === 0,
    source,
    placed: once((file: FilePath): PlacedEvidence | undefined => {
      const known = index.of(file).find((each) => each.run === run);
      const facts = known === undefined ? undefined : source(file);
      return known === undefined || facts === undefined ? undefined : placeEvidence(facts, known);
    }),
  }));
}

function once<T>(compute: (file: FilePath) => T): (file: FilePath) => T {
  const known = new Map<FilePath, { readonly value: T }>();
  return (file) => {
    const made = known.get(file) ?? { value: compute(file) };
    known.set(file, made);
    return made.value;
  };
}

/** What says more wins over what says less, and then the newer run: the text is the same in both. */
const order: readonly EvidenceState[] = ['confirmed', 'observed', 'ran', 'not-run', 'stale', 'unknown'];

function strongest(verdicts: readonly EvidenceVerdict[]): FindingEvidence | undefined {
  const [best] = verdicts.toSorted((a, b) => order.indexOf(a.evidence.state) - order.indexOf(b.evidence.state));
  return best?.evidence;
}

interface FileQuestion {
  readonly file: FilePath;
  readonly rules: readonly ActiveRule[];
  readonly runs: readonly PlacedRun[];
  readonly claimed: ReadonlySet<Observation>;
}

/** Findings that no rule made. Of a place that several runs speak of, the newest is asked. */
function onlyInRuns({ file, rules, runs, claimed }: FileQuestion): JoinResult {
  const findings = new Map<string, Finding>();
  let changed = 0;
  for (const run of runs) {
    const [source, placed] = [run.source(file), run.placed(file)];
    if (source === undefined || placed === undefined) continue;
    changed += countMisplaced(placed, rules);
    for (const finding of observedFindings({ source, placed, rules, claimed })) {
      const key = `${finding.ruleId} ${finding.range.start}`;
      if (!findings.has(key)) findings.set(key, finding);
    }
  }
  const what = changed === 1 ? '1 place where a run saw trouble is' : `${changed} places where a run saw trouble are`;
  const note: Problem = { file, kind: 'note', message: `${what} not found in this text: run the program again` };
  return { findings: [...findings.values()], problems: changed === 0 ? [] : [note] };
}
