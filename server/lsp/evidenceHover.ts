import { ageText, describeObservation, formatMs, quoted, times } from '#analysis/evidence/describeEvidence.ts';
import type { ObservationKind } from '#protocol/evidence.ts';
import type { Hover, MarkupKind, Position, Range } from 'vscode-languageserver';
import type { EvidenceView, FindingView, FunctionView, PlaceView, RunView } from './evidenceView.ts';
import { oneLine, proseWithCode, tableCell } from './harmlessText.ts';

export interface HoverOptions {
  /** ms since 1970. */
  readonly now: number;
  readonly kind: MarkupKind;
}

/** What is said about one thing, ready for either kind of markup. Texts may hold anything but backticks other than those around names. */
interface Section {
  readonly range: Range;
  readonly lines: readonly string[];
  readonly rows: readonly Row[];
}
type Row = readonly [what: string, how: string];

/** What runs showed of the function whose name is at the position, and of the finding or place there; `null` when there is nothing. */
export function evidenceHover(view: EvidenceView, at: Position, options: HoverOptions): Hover | null {
  const isHere = ({ range }: { readonly range: Range }): boolean => holds(range, at);
  const findings = view.findings.filter(isHere);
  const details = new Set(findings.map(({ detail }) => detail));
  // What a finding says already, the place below it need not say again.
  const places = view.places.filter((each) => isHere(each) && !details.has(describeObservation(each.seen)));
  const sections = [
    ...view.functions.filter(isHere).map((each) => functionSection(each, view, options)),
    ...findings.flatMap((each) => findingSection(each, view, options)),
    ...places.map((each) => placeSection(each, view, options)),
  ];
  const [first] = sections;
  if (first === undefined) return null;
  const write = options.kind === 'markdown' ? markdown : plainText;
  return { range: first.range, contents: { kind: options.kind, value: sections.map(write).join('\n\n') } };
}

/** What a place showed, as one line of Markdown. */
export function placeLine({ seen }: PlaceView): string {
  return proseWithCode(`${seen.label === '' ? 'This code' : quoted(seen.label)} ${describeObservation(seen)}`);
}

/** `in the last run, 3 minutes ago`, with what ran. */
export function whenText(run: RunView | undefined, now: number): string {
  if (run === undefined) return 'in a run';
  const age = ageText(Math.max(0, now - run.endedAt));
  return `in the run of ${quoted(run.command)} ${age} ago`;
}

function functionSection(mark: FunctionView, { runs }: EvidenceView, { now }: HoverOptions): Section {
  const run = runs[mark.run];
  const changed = `changed since the run of ${quoted(run?.command ?? '')}: the figures are those of the text that ran`;
  const lines = [`${quoted(mark.name)} ${mark.isChanged ? changed : whenText(run, now)}`];
  return {
    range: mark.range,
    lines: run?.isWhole === false ? [...lines, 'The run is not whole: figures may be too low'] : lines,
    rows: [
      ...(mark.entered === undefined ? [] : [['Entered', times(mark.entered)] as const]),
      ...(mark.duration === undefined ? [] : [durationRow(mark.duration)]),
      ...mark.seen.map(({ kind, count, maxMs, errorClasses }): Row => {
        const [what, longest] = seenNames[kind];
        const much = maxMs === undefined ? '' : ` · ${longest} ${formatMs(maxMs)}`;
        return [what, `${times(count)}${much}${errorClasses.length === 0 ? '' : ` · ${errorClasses.join(', ')}`}`];
      }),
      ['Last run', `${ageText(Math.max(0, now - (run?.endedAt ?? now)))} ago`],
    ],
  };
}

function durationRow({ p50, p95, max }: NonNullable<FunctionView['duration']>): Row {
  return ['Duration', `p50 ${formatMs(p50)} · p95 ${formatMs(p95)} · max ${formatMs(max)}`];
}

/** What is counted, and what its longest time is called. */
const seenNames: Readonly<Record<ObservationKind, readonly [what: string, longest: string]>> = {
  blocked: ['Blocked the loop', 'max'],
  'called-blocking': ['Slow blocking calls', 'max'],
  swallowed: ['Dropped an error', 'max'],
  unhandled: ['Rejected, never handled', 'max'],
  'handled-late': ['Rejected, handled late', 'max'],
  floated: ['Left work behind', 'max'],
  'pending-at-exit': ['Still waiting at the end', 'oldest'],
  lost: ['Dropped while waiting', 'oldest'],
  awaited: ['Waited', 'max'],
};

const stateNames = {
  confirmed: 'Confirmed',
  observed: 'Observed',
  ran: 'Ran without trouble',
  'not-run': 'Not run',
  stale: 'Changed since the run',
  unknown: undefined,
} as const;

function findingSection({ range, state, detail, run }: FindingView, view: EvidenceView, { now }: HoverOptions) {
  const name = stateNames[state];
  if (name === undefined) return [];
  return [{ range, lines: [`${name} ${whenText(view.runs[run], now)}: ${detail}`], rows: [] }];
}

function placeSection({ range, run, seen }: PlaceView, { runs }: EvidenceView, { now }: HoverOptions): Section {
  const what = seen.label === '' ? 'This code' : quoted(seen.label);
  return { range, lines: [`${what} ${describeObservation(seen)}, ${whenText(runs[run], now)}`], rows: [] };
}

function markdown({ lines, rows }: Section): string {
  const paragraphs = lines.map((line) => proseWithCode(line));
  if (rows.length === 0) return paragraphs.join('\n\n');
  const cells = rows.map(([what, how]) => `| ${what} | ${tableCell(proseWithCode(how))} |`);
  return [...paragraphs, ['| | |', '|:--|:--|', ...cells].join('\n')].join('\n\n');
}

function plainText({ lines, rows }: Section): string {
  return [...lines, ...rows.map(([what, how]) => `${what}: ${how}`)].map((line) => oneLine(line)).join('\n');
}

function holds({ start, end }: Range, { line, character }: Position): boolean {
  const isAfter = line > start.line || (line === start.line && character >= start.character);
  return isAfter && (line < end.line || (line === end.line && character <= end.character));
}
