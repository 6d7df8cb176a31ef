import { formatMs } from '#analysis/evidence/describeEvidence.ts';
import { groupBy } from '#analysis/groupBy.ts';
import type { ObservationKind } from '#protocol/evidence.ts';
import type { InlayHint, Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { placeLine, whenText } from './evidenceHover.ts';
import { amount } from './evidenceLenses.ts';
import type { EvidenceView, PlaceView } from './evidenceView.ts';
import { proseWithCode } from './harmlessText.ts';

export interface HintOptions {
  readonly document: TextDocument;
  /** Lines that are on the screen. */
  readonly within: Range;
  /** ms since 1970. */
  readonly now: number;
}

/** What places cost, at the ends of their lines: one hint for each line. */
export function evidenceHints(view: EvidenceView, options: HintOptions): InlayHint[] {
  const { start, end } = options.within;
  const shown = view.places.filter(({ range }) => range.start.line >= start.line && range.start.line <= end.line);
  return [...groupBy(shown, ({ range }) => range.start.line)].flatMap(([line, places]) => {
    const label = labelOf(places);
    return label === '' ? [] : [hintOf(line, { label, places }, view, options)];
  });
}

function hintOf(
  line: number,
  { label, places }: { readonly label: string; readonly places: readonly PlaceView[] },
  { runs }: EvidenceView,
  { document, now }: HintOptions,
): InlayHint {
  const text = document.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
  const character = text.replace(/[\r\n]+$/, '').length;
  const [first] = places;
  const when = first === undefined ? [] : [proseWithCode(`Seen ${whenText(runs[first.run], now)}`)];
  const value = [...places.map((each) => placeLine(each)), ...when].join('\n\n');
  return { position: { line, character }, label, paddingLeft: true, tooltip: { kind: 'markdown', value } };
}

function labelOf(places: readonly PlaceView[]): string {
  const groups = groupBy(places, ({ seen }) => seen.kind);
  // A block says more than the call that made it.
  const kinds = shownKinds.filter((kind) => groups.has(kind) && !(kind === 'called-blocking' && groups.has('blocked')));
  return kinds.map((kind) => partOf(kind, groups.get(kind) ?? [])).join(' · ');
}

/** From what costs most. What goes on after its starter is done may well be meant. */
const shownKinds = [
  'blocked',
  'called-blocking',
  'pending-at-exit',
  'lost',
  'unhandled',
  'handled-late',
  'swallowed',
] as const satisfies readonly ObservationKind[];

function partOf(kind: (typeof shownKinds)[number], places: readonly PlaceView[]): string {
  const count = places.reduce((sum, { seen }) => sum + seen.count, 0);
  const longest = Math.max(0, ...places.map(({ seen }) => seen.durationMs?.max ?? 0));
  switch (kind) {
    case 'blocked':
    case 'called-blocking':
      return `⏱ max ${formatMs(longest)} · ${amount(count)}×`;
    case 'pending-at-exit':
      return `${amount(count)} pending${longest > 0 ? ` · oldest ${formatMs(longest)}` : ''}`;
    case 'lost':
      return `${amount(count)} lost`;
    case 'unhandled':
      return `rejected ${amount(count)}×, never handled`;
    case 'handled-late':
      return `rejected ${amount(count)}×, handled late`;
    case 'swallowed':
      return `${amount(count)} ${count === 1 ? 'error' : 'errors'} dropped`;
    default:
      return kind satisfies never;
  }
}
