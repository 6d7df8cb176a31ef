import type { Distribution } from '#protocol/evidence.ts';
import { compareRuns, type SiteChange, type SiteFigures } from '#trace/compareRuns.ts';
import type { ReportPlace, ReportSource } from './reportData.ts';
import { table, type Cell } from './table.ts';
import type { TextOptions } from './textReport.ts';
import { amount, counted, duration, named, position } from './wording.ts';

export const comparisonVersion = 1;

/** What changed from one run to another: the JSON form as it is. The largest change of p95 first. */
export interface Comparison {
  readonly version: typeof comparisonVersion;
  readonly before: ComparedSide;
  readonly after: ComparedSide;
  readonly sites: readonly ComparedSite[];
}

interface ComparedSide {
  readonly command: string;
  readonly notes: readonly string[];
}

export interface ComparedSite extends Omit<ReportPlace, 'kind'> {
  readonly kind: SiteFigures['kind'];
  /** `edited`: in both, but the text of the function is another. */
  readonly state: 'same' | 'edited' | 'new' | 'gone';
  readonly before?: Distribution;
  readonly after?: Distribution;
}

export function comparison(before: ReportSource, after: ReportSource): Comparison {
  return {
    version: comparisonVersion,
    before: { command: before.command, notes: before.model.notes },
    after: { command: after.command, notes: after.model.notes },
    sites: compareRuns(before, after).flatMap((change) => comparedSite(change) ?? []),
  };
}

function comparedSite(change: SiteChange): ComparedSite | undefined {
  const { before, after, isEdited } = change;
  const figures = after ?? before;
  if (figures === undefined) return undefined;
  const { file, line, column } = figures.at;
  return {
    file,
    line,
    column,
    function: figures.function,
    label: figures.label,
    kind: figures.kind,
    state: before === undefined ? 'new' : after === undefined ? 'gone' : isEdited ? 'edited' : 'same',
    ...(before === undefined ? {} : { before: before.duration }),
    ...(after === undefined ? {} : { after: after.duration }),
  };
}

/** For people: a line per site, the largest changes first. Ends with a line break. */
export function comparisonText({ before, after, sites }: Comparison, { style, width, top }: TextOptions): string {
  const moved = sites.filter(({ before: old, after: now }) => old?.p95 !== now?.p95 || old?.count !== now?.count);
  const head = ['', 'site', '', 'count', '', 'p50', '', 'p95', '', 'max', ''].map((text): Cell => ({
    text,
    look: 'dim',
  }));
  const rows = moved.slice(0, top).map(rowOf);
  const title = `${style('bold', named(after.command))}  ${style('dim', `against ${named(before.command)} · ${counted(moved.length, 'site')} of ${amount(sites.length)} moved`)}`;
  const lines =
    rows.length === 0 ? ['Nothing moved'] : table([head, ...rows], { style, width: width - 2, flexible: 1 });
  return `${[title, ...lines.map((line) => `  ${line}`)].join('\n')}\n`;
}

function rowOf(site: ComparedSite): readonly Cell[] {
  const { before, after, state, kind, label } = site;
  return [
    { text: state === 'same' ? '' : state, look: state === 'new' ? 'green' : 'dim' },
    { text: `${kind} ${named(label)}` },
    { text: position(site), cut: 'start', look: 'dim' },
    ...pair(before?.count, after?.count, amount),
    ...pair(before?.p50, after?.p50, duration),
    ...pair(before?.p95, after?.p95, duration),
    ...pair(before?.max, after?.max, duration),
  ];
}

/** `12 ms → 40 ms`: red when it grew, green when it shrank, by a fifth or more. */
function pair(before: number | undefined, after: number | undefined, word: (value: number) => string): readonly Cell[] {
  const old = before === undefined ? '' : word(before);
  const now = after === undefined ? '' : `→ ${word(after)}`;
  const grew = before !== undefined && after !== undefined && after > before * 1.2;
  const shrank = before !== undefined && after !== undefined && after < before * 0.8;
  return [
    { text: old, align: 'right' },
    { text: now, ...(grew ? { look: 'red' as const } : shrank ? { look: 'green' as const } : {}) },
  ];
}
