import type { LaneGroup, LaneGroups } from './laneGroups.ts';

/** Sizes in CSS pixels. */
export const sizes = {
  ruler: 22,
  /** The strip of loop lag below the ruler. */
  lag: 26,
  /** A group as a chart. */
  chart: 36,
  lane: 13,
  /** Below each group. */
  gap: 1,
} as const;

/** Where the rows begin. */
export const rowsTop = sizes.ruler + sizes.lag + 2;

/** A group's place among the rows. */
export interface GroupBox {
  readonly group: LaneGroup;
  readonly isExpanded: boolean;
  /** From the beginning of all rows, before scrolling. */
  readonly top: number;
  readonly height: number;
}

/** Lanes that are shown without being asked. */
const fewLanes = 40;

export function layoutOf({ groups }: LaneGroups): readonly GroupBox[] {
  const all = groups.reduce((sum, { lanes }) => sum + lanes.length, 0);
  let top = 0;
  return groups.map((group) => {
    const isExpanded = group.choice ?? all <= fewLanes;
    const height = isExpanded ? Math.max(sizes.chart, group.lanes.length * sizes.lane + 8) : sizes.chart;
    const box = { group, isExpanded, top, height };
    top += height + sizes.gap;
    return box;
  });
}

export function contentHeight(boxes: readonly GroupBox[]): number {
  const last = boxes.at(-1);
  return last === undefined ? 0 : last.top + last.height + sizes.gap;
}

/** The group at a height among the rows. */
export function boxAt(boxes: readonly GroupBox[], y: number): GroupBox | undefined {
  return boxes.find(({ top, height }) => y >= top && y < top + height);
}

/** Width of the names at the left. */
export function gutterOf(width: number): number {
  return width < 520 ? 96 : width < 900 ? 148 : 188;
}
