import type { FunctionMark, PlaceMark } from '#analysis/evidence/evidenceMarks.ts';
import { evidenceMarks } from '#analysis/evidence/evidenceMarks.ts';
import type { FindingEvidence } from '#analysis/evidence/findingEvidence.ts';
import type { TextLines } from '#analysis/textLines.ts';
import type { FixableFinding } from '#workspace/locate.ts';
import type { Range } from 'vscode-languageserver';
import { toRange } from './diagnostics.ts';
import type { Judging } from './openProgram.ts';

/** What runs showed of one version of a file, as the main thread shows it. Plain data. */
export interface EvidenceView {
  /** Tells evidence from the one that replaced it. */
  readonly revision: number;
  /** Newest first; `run` of the others is an index. */
  readonly runs: readonly RunView[];
  readonly functions: readonly FunctionView[];
  readonly places: readonly PlaceView[];
  readonly findings: readonly FindingView[];
}

export interface RunView {
  readonly command: string;
  /** ms since 1970. */
  readonly endedAt: number;
  /** Records were lost, or code was left out: figures may be too low. */
  readonly isWhole: boolean;
}

/** Ranges are those of the name. */
export type FunctionView = Omit<FunctionMark, 'nameRange'> & { readonly range: Range };
export type PlaceView = Omit<PlaceMark, 'range'> & { readonly range: Range };

/** A finding that is published, and how it stands to what ran. */
export interface FindingView extends Pick<FindingEvidence, 'state' | 'detail' | 'run'> {
  readonly range: Range;
  readonly ruleId: string;
}

/** `undefined`: no run says anything of the file. */
export function evidenceView(judging: Judging, entries: readonly FixableFinding[]): EvidenceView | undefined {
  const { program, file, evidence } = judging;
  const known = evidence?.index.of(file) ?? [];
  const source = known.length === 0 ? undefined : program.sourceOf(file);
  const lines = program.linesOf(file);
  if (evidence === undefined || source === undefined || lines === undefined) return undefined;
  const { functions, places } = evidenceMarks(source, known);
  return {
    revision: evidence.revision,
    runs: evidence.index.runs.map(({ evidence: { command, startedAt, durationMs, limits } }) => ({
      command,
      endedAt: startedAt + durationMs,
      isWhole: limits.length === 0,
    })),
    functions: functions.map(({ nameRange, ...mark }) => ({ ...mark, range: toRange(lines, nameRange) })),
    places: places.map((mark) => ({ ...mark, range: toRange(lines, mark.range) })),
    findings: entries.flatMap((entry) => findingView(entry, lines)),
  };
}

function findingView({ finding: { evidence, range, ruleId } }: FixableFinding, lines: TextLines): FindingView[] {
  if (evidence === undefined) return [];
  const { state, detail, run } = evidence;
  return [{ range: toRange(lines, range), ruleId, state, detail, run }];
}
