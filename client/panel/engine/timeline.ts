import type { BlocksMessage } from '#protocol/panel.ts';
import { drawLabels } from './drawLabels.ts';
import { drawTimeline, paletteOf, type Blocks, type Palette, type Scene, type WideSpan } from './drawTimeline.ts';
import type { Gesture, Hovered, TimelineTheme } from './engineMessages.ts';
import { aliveAt, groupOf, laneGroups, packNew, type LaneGroup, type LaneGroups } from './laneGroups.ts';
import { Raster } from './raster.ts';
import { firstIndex } from './rowList.ts';
import { taskValues } from './taskValues.ts';
import type { TaskStore } from './taskStore.ts';
import { boxAt, contentHeight, gutterOf, layoutOf, rowsTop, sizes, type GroupBox } from './timelineLayout.ts';
import { grow, moveBy, showSpan, timeView, zoomAt, type TimeView } from './timeScale.ts';
import { waitCache, type WaitCache } from './waitCache.ts';

/** The timeline of one trace: what is seen of it, and its canvas. */
export interface Timeline {
  lanes: LaneGroups;
  blocks: Blocks;
  waits: WaitCache;
  view: TimeView;
  scroll: number;
  selected: number;
  hovered: number;
  blockedMs: number;
  /** Absent until the page has handed them over. */
  surface: Surface | undefined;
  theme: TimelineTheme | undefined;
  palette: Palette | undefined;
  size: { readonly width: number; readonly height: number; readonly ratio: number };
}

interface Surface {
  readonly canvas: OffscreenCanvas | HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
  raster: Raster | undefined;
}

const noBlocks: Blocks = { start: new Float64Array(0), durationUs: new Float64Array(0), place: new Uint32Array(0) };

export function timeline(): Timeline {
  return {
    lanes: laneGroups(),
    blocks: noBlocks,
    waits: waitCache(),
    view: timeView(),
    scroll: 0,
    selected: 0,
    hovered: 0,
    blockedMs: 0,
    surface: undefined,
    theme: undefined,
    palette: undefined,
    size: { width: 0, height: 0, ratio: 1 },
  };
}

/** Forgets the trace; canvas and theme stay. */
export function clearTimeline(line: Timeline): void {
  const { surface, theme, palette, size } = line;
  Object.assign(line, timeline(), { surface, theme, palette, size });
}

export function setBlocks(line: Timeline, { start, durationUs, place }: BlocksMessage): void {
  line.blocks = { start, durationUs, place };
}

export function setCanvas(line: Timeline, canvas: OffscreenCanvas | HTMLCanvasElement): void {
  const context = canvas.getContext('2d', { alpha: false });
  if (context !== null && 'fillText' in context) line.surface = { canvas, context, raster: undefined };
}

export function setTheme(line: Timeline, theme: TimelineTheme): void {
  line.theme = theme;
  line.palette = paletteOf(theme);
}

/** Draws what is seen. Returns the rows that are wide enough to show their waits; `undefined`: there is nothing to draw on. */
export function draw(line: Timeline, store: TaskStore): readonly WideSpan[] | undefined {
  const { surface, theme, palette, size } = line;
  if (surface === undefined || theme === undefined || palette === undefined) return undefined;
  if (size.width < 10 || size.height < 10) return undefined;
  packNew(line.lanes, store);
  grow(line.view, store.endTime);
  const boxes = layoutOf(line.lanes);
  line.scroll = Math.max(0, Math.min(line.scroll, contentHeight(boxes) - (size.height - rowsTop)));
  const scene = sceneOf(line, store, { boxes, theme, palette });
  const raster = rasterFor(surface, size);
  const wide = drawTimeline(raster, scene);
  surface.context.putImageData(raster.image, 0, 0);
  drawLabels(surface.context, scene, wide);
  return wide;
}

function sceneOf(
  line: Timeline,
  store: TaskStore,
  parts: { readonly boxes: readonly GroupBox[]; readonly theme: TimelineTheme; readonly palette: Palette },
): Scene {
  const { width, height, ratio } = line.size;
  const { blocks, waits, view, scroll, selected, hovered, blockedMs } = line;
  const chain = chainOf(store, selected);
  const gutter = gutterOf(width);
  return {
    ...parts,
    store,
    blocks,
    waits,
    view,
    width,
    height,
    ratio,
    gutter,
    scroll,
    selected,
    chain,
    hovered,
    blockedMs,
  };
}

function chainOf(store: TaskStore, selected: number): ReadonlySet<number> {
  const chain = new Set<number>();
  for (let row = selected; row !== 0 && chain.size < 100; row = store.parent[row] ?? 0) chain.add(row);
  return chain;
}

function rasterFor(surface: Surface, { width, height, ratio }: Timeline['size']): Raster {
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (surface.raster?.width !== wide || surface.raster.height !== high) {
    surface.canvas.width = wide;
    surface.canvas.height = high;
    surface.raster = new Raster(wide, high);
  }
  return surface.raster;
}

/** A time at a horizontal position. */
function timeAt({ view, size }: Timeline, x: number): number {
  const gutter = gutterOf(size.width);
  return view.from + ((x - gutter) / Math.max(1, size.width - gutter)) * (view.to - view.from);
}

/** Does what the user wants. Returns the row that is selected by it; `undefined`: the selection stays. */
export function applyGesture(line: Timeline, store: TaskStore, gesture: Gesture): number | undefined {
  const { view } = line;
  const { endTime } = store;
  const span = view.to - view.from;
  switch (gesture.kind) {
    case 'zoom':
      zoomAt(view, timeAt(line, Math.max(gesture.x, gutterOf(line.size.width))), gesture.factor, endTime);
      return undefined;
    case 'zoomCenter': {
      const center = line.selected === 0 ? (view.from + view.to) / 2 : centerOf(line, store);
      zoomAt(view, center, gesture.factor, endTime);
      return undefined;
    }
    case 'pan':
      moveBy(view, (-gesture.dx / Math.max(1, line.size.width - gutterOf(line.size.width))) * span, endTime);
      line.scroll -= gesture.dy;
      return undefined;
    case 'step':
      moveBy(view, gesture.across * span, endTime);
      line.scroll += gesture.down * (line.size.height - rowsTop);
      return undefined;
    case 'fit':
      showSpan(view, { from: 0, to: endTime * 1.005 }, endTime);
      return undefined;
    case 'fitSelection':
      if (line.selected !== 0) showTask(line, store, 0.6);
      return undefined;
    case 'range': {
      const [from, to] = [timeAt(line, gesture.from), timeAt(line, gesture.to)];
      showSpan(view, { from: Math.min(from, to), to: Math.max(from, to) }, endTime);
      return undefined;
    }
    case 'hover':
      line.hovered = rowAt(line, store, gesture);
      return undefined;
    case 'leave':
      line.hovered = 0;
      return undefined;
    case 'click':
      return click(line, store, gesture);
    case 'expandAll':
      for (const group of line.lanes.groups) group.choice = gesture.isExpanded;
      return undefined;
    case 'neighbor':
      return neighborOf(line, store, gesture);
    default:
      return gesture satisfies never;
  }
}

/** The selected task when it is in sight, otherwise what is in the middle. */
function centerOf({ view, selected }: Timeline, store: TaskStore): number {
  const begin = store.begin[selected] ?? 0;
  const end = store.end[selected] ?? Number.NaN;
  const middle = (begin + (Number.isNaN(end) ? store.endTime : end)) / 2;
  return middle >= view.from && middle <= view.to ? middle : (view.from + view.to) / 2;
}

function click(line: Timeline, store: TaskStore, at: { readonly x: number; readonly y: number }): number | undefined {
  const box = boxAt(layoutOf(line.lanes), at.y - rowsTop + line.scroll);
  if (at.y < rowsTop || box === undefined) return undefined;
  if (at.x < gutterOf(line.size.width)) {
    box.group.choice = !box.isExpanded;
    return undefined;
  }
  return rowAt(line, store, at);
}

/** Task at a position, 0: none. A few pixels beside it count too. */
function rowAt(line: Timeline, store: TaskStore, { x, y }: { readonly x: number; readonly y: number }): number {
  if (y < rowsTop || x < gutterOf(line.size.width)) return 0;
  const top = y - rowsTop + line.scroll;
  const box = boxAt(layoutOf(line.lanes), top);
  if (box?.isExpanded !== true) return 0;
  const lane = box.group.lanes[Math.floor((top - box.top - 4) / sizes.lane)];
  if (lane === undefined) return 0;
  const [from, to] = [timeAt(line, x - 3), timeAt(line, x + 3)];
  const row = lane.at(firstIndex(lane, 0, (each) => !((store.end[each] ?? 0) < from)));
  return row !== 0 && (store.begin[row] ?? 0) <= to ? row : 0;
}

/** What to tell about a position. */
export function hoveredAt(
  line: Timeline,
  store: TaskStore,
  at: { readonly x: number; readonly y: number },
): Hovered | undefined {
  const time = timeAt(line, at.x);
  if (at.x < gutterOf(line.size.width) && at.y < rowsTop) return undefined;
  if (at.y < rowsTop) return blockAt(line, at.x) ?? { kind: 'time', time };
  const row = rowAt(line, store, at);
  if (row !== 0) return { kind: 'task', task: taskValues(store, row) };
  const box = boxAt(layoutOf(line.lanes), at.y - rowsTop + line.scroll);
  if (box === undefined) return blockAt(line, at.x);
  const { group, isExpanded } = box;
  const alive = aliveAt(group, time);
  const { function: place, thread, count, lanes } = group;
  return { kind: 'group', function: place, thread, time, alive, count, lanes: lanes.length, isExpanded };
}

/** The longest block within a few pixels. */
function blockAt(line: Timeline, x: number): Hovered | undefined {
  const { start, durationUs, place } = line.blocks;
  const [from, to] = [timeAt(line, x - 3), timeAt(line, x + 3)];
  let best = -1;
  for (let index = 0; index < start.length; index += 1) {
    const begin = start[index] ?? 0;
    if (begin > to) break;
    if (begin + (durationUs[index] ?? 0) < from) continue;
    if (best < 0 || (durationUs[index] ?? 0) > (durationUs[best] ?? 0)) best = index;
  }
  if (best < 0) return undefined;
  return { kind: 'block', place: place[best] ?? 0, begin: start[best] ?? 0, durationUs: durationUs[best] ?? 0 };
}

/** Brings the selected task into sight. `share`: of the width that it takes; absent: the zoom stays when it can be seen. */
export function showTask(line: Timeline, store: TaskStore, share?: number): void {
  const { selected: row, view } = line;
  const group = groupOf(line.lanes, store, row);
  if (row === 0 || row > line.lanes.packed || group === undefined) return;
  group.choice = true;
  const begin = store.begin[row] ?? 0;
  const end = store.end[row] ?? Number.NaN;
  const until = Number.isNaN(end) ? store.endTime : end;
  const length = Math.max(50, until - begin);
  const span = view.to - view.from;
  const isSeen = begin <= view.to && until >= view.from && length > span / 200 && length < span * 3;
  if (share !== undefined || !isSeen) {
    const wanted = length / (share ?? 0.25);
    const middle = (begin + until) / 2;
    showSpan(view, { from: middle - wanted / 2, to: middle + wanted / 2 }, store.endTime);
  }
  scrollTo(line, group, line.lanes.laneOf[row] ?? 0);
}

function scrollTo(line: Timeline, group: LaneGroup, lane: number): void {
  const box = layoutOf(line.lanes).find((each) => each.group === group);
  if (box === undefined) return;
  const top = box.top + (box.isExpanded ? lane * sizes.lane : 0);
  const room = line.size.height - rowsTop;
  if (top < line.scroll || top + 3 * sizes.lane > line.scroll + room) line.scroll = top - room / 3;
}

function neighborOf(
  line: Timeline,
  store: TaskStore,
  { step, of }: Extract<Gesture, { kind: 'neighbor' }>,
): number | undefined {
  const { lanes, selected } = line;
  if (selected === 0) return lanes.groups[0]?.lanes[0]?.at(0);
  const group = groupOf(lanes, store, selected);
  if (group === undefined) return undefined;
  const number = lanes.laneOf[selected] ?? 0;
  if (of === 'lane') {
    const lane = group.lanes[number];
    if (lane === undefined) return undefined;
    const index = firstIndex(lane, 0, (row) => row >= selected);
    return lane.at(index + step) || undefined;
  }
  const index = lanes.groups.indexOf(group);
  const beside = group.lanes[number + step] ?? lanes.groups[index + step]?.lanes.at(step > 0 ? 0 : -1);
  if (beside === undefined) return undefined;
  const begin = store.begin[selected] ?? 0;
  const near = firstIndex(beside, 0, (row) => (store.begin[row] ?? 0) >= begin);
  return beside.at(Math.min(near, beside.length - 1)) || undefined;
}
