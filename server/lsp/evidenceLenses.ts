import { formatMs } from '#analysis/evidence/describeEvidence.ts';
import type { ObservationKind } from '#protocol/evidence.ts';
import { showTraceCommand, type ShowTraceParams } from '#protocol/lsp.ts';
import type { CodeLens } from 'vscode-languageserver';
import type { EvidenceView, FunctionView } from './evidenceView.ts';
import { oneLine } from './harmlessText.ts';

export interface LensOptions {
  readonly uri: string;
  /** The client has the command that shows a trace; without it, a lens only tells. */
  readonly canShowTrace: boolean;
}

/** One lens above each async function that ran. */
export function evidenceLenses({ functions }: EvidenceView, options: LensOptions): CodeLens[] {
  return functions
    .filter(({ isAsync, entered = 0 }) => isAsync && entered > 0)
    .map((mark) => ({ range: mark.range, command: commandOf(mark, options) }));
}

function commandOf(mark: FunctionView, { uri, canShowTrace }: LensOptions): NonNullable<CodeLens['command']> {
  const title = lensTitle(mark);
  if (!canShowTrace) return { title, command: '' };
  const params: ShowTraceParams = { uri, line: mark.range.start.line + 1, name: oneLine(mark.name) };
  return { title, command: showTraceCommand, arguments: [params] };
}

/** `ran 120× · p95 34 ms · 2 pending at exit`. */
function lensTitle({ isChanged, entered = 0, duration, seen }: FunctionView): string {
  if (isChanged) return 'changed since the last run';
  const longest = (kind: ObservationKind): number | undefined => seen.find((each) => each.kind === kind)?.maxMs;
  const blocked = longest('blocked') ?? longest('called-blocking');
  const counted = counts.flatMap(([kind, what]) => {
    const count = seen.find((each) => each.kind === kind)?.count;
    return count === undefined ? [] : [`${amount(count)} ${what}`];
  });
  return [
    `ran ${amount(entered)}×`,
    ...(duration === undefined ? [] : [`p95 ${formatMs(duration.p95)}`]),
    ...(blocked === undefined ? [] : [`blocked ${formatMs(blocked)}`]),
    ...counted,
  ].join(' · ');
}

const counts: readonly (readonly [ObservationKind, string])[] = [
  ['pending-at-exit', 'pending at exit'],
  ['lost', 'lost'],
  ['unhandled', 'unhandled'],
];

/** `12,400`. */
export function amount(count: number): string {
  return count.toLocaleString('en-US');
}
