import type { EvidenceFile, FunctionEvidence, Observation } from '#protocol/evidence.ts';
import type { FilePath } from '../finding.ts';

/** Evidence of one run and where its paths start. */
export interface EvidenceSource {
  readonly evidence: EvidenceFile;
  /** Absolute, forward slashes. */
  readonly folder: FilePath;
}

/** Evidence by file, made once and asked for each file that is judged. */
export interface EvidenceIndex {
  /** Newest first. */
  readonly runs: readonly EvidenceSource[];
  /** What the runs say of a file, newest first; runs that never loaded it are absent. */
  of(file: FilePath): readonly FileEvidence[];
}

/** What one run says of one file. */
export interface FileEvidence {
  /** Index in `EvidenceIndex.runs`. */
  readonly run: number;
  readonly functions: readonly FunctionEvidence[];
  /** What happened in the file. */
  readonly observations: readonly Observation[];
  /** What happened elsewhere and below a line of this file on the stack, by that line as it was when it ran. */
  readonly below: ReadonlyMap<number, readonly Observation[]>;
}

/** Sorts evidence by file. Several runs are kept apart: the newest that says something of a place is the one to ask. */
export function evidenceIndex(sources: readonly EvidenceSource[]): EvidenceIndex {
  const runs = sources.toSorted((a, b) => b.evidence.startedAt - a.evidence.startedAt);
  const files = new Map<FilePath, DraftEvidence[]>();
  for (const [run, source] of runs.entries()) addRun(run, source, files);
  return { runs, of: (file) => files.get(file) ?? [] };
}

interface DraftEvidence extends FileEvidence {
  readonly functions: FunctionEvidence[];
  readonly observations: Observation[];
  readonly below: Map<number, Observation[]>;
}

function addRun(run: number, { evidence, folder }: EvidenceSource, files: Map<FilePath, DraftEvidence[]>): void {
  const draftOf = (relative: string): DraftEvidence => {
    const file = `${folder === '/' ? '' : folder}/${relative}`;
    const drafts = files.get(file) ?? [];
    if (drafts.length === 0) files.set(file, drafts);
    const last = drafts.at(-1);
    if (last?.run === run) return last;
    const draft: DraftEvidence = { run, functions: [], observations: [], below: new Map() };
    drafts.push(draft);
    return draft;
  };
  for (const each of evidence.functions) draftOf(each.file).functions.push(each);
  for (const each of evidence.observations) {
    draftOf(each.file).observations.push(each);
    for (const caller of each.callers ?? []) {
      const { below } = draftOf(caller.file);
      const others = below.get(caller.line);
      if (others === undefined) below.set(caller.line, [each]);
      else others.push(each);
    }
  }
}
