import { panelLimits, type ComparisonMessage, type ComparisonRow } from '#protocol/panel.ts';
import { compareRuns, type ComparedRun, type SiteChange } from '../compareRuns.ts';
import type { PanelPlaces } from './panelPlaces.ts';

/** A run and what to call it. */
export interface NamedRun extends ComparedRun {
  readonly name: string;
}

/** What changed from one run to the one that is open, the largest change first. */
export function panelComparison(before: NamedRun, after: NamedRun, places: PanelPlaces): ComparisonMessage {
  const rows = compareRuns(before, after).flatMap((change) => comparisonRow(change, places) ?? []);
  return {
    kind: 'comparison',
    before: before.name.slice(0, 400),
    after: after.name.slice(0, 400),
    sites: rows.slice(0, panelLimits.entries),
  };
}

function comparisonRow({ before, after, isEdited }: SiteChange, places: PanelPlaces): ComparisonRow | undefined {
  const figures = after ?? before;
  if (figures === undefined) return undefined;
  const { kind, label, at } = figures;
  return {
    kind,
    state: before === undefined ? 'new' : after === undefined ? 'gone' : isEdited ? 'edited' : 'same',
    place: places.idFor({ kind, label, function: figures.function, file: '', line: 0, column: 0, at }),
    ...(before === undefined ? {} : { before: before.duration }),
    ...(after === undefined ? {} : { after: after.duration }),
  };
}
