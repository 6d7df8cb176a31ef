import { taskState } from '#trace/model.ts';
import type { TimelineTheme } from './engineMessages.ts';
import { aliveInPixels, settle, type LaneGroup } from './laneGroups.ts';
import { mixed, pixelOf, type Pixel, type Raster } from './raster.ts';
import { firstIndex, type RowList } from './rowList.ts';
import type { TaskStore } from './taskStore.ts';
import { rowsTop, sizes, type GroupBox } from './timelineLayout.ts';
import type { TimeView } from './timeScale.ts';
import type { WaitCache } from './waitCache.ts';

/** Blocks of the loop, sorted by start; see `BlocksMessage`. */
export interface Blocks {
  readonly start: Float64Array;
  readonly durationUs: Float64Array;
  readonly place: Uint32Array;
}

/** Everything a picture is made of. Sizes in CSS pixels, `ratio` device pixels for each. */
export interface Scene {
  readonly store: TaskStore;
  readonly boxes: readonly GroupBox[];
  readonly blocks: Blocks;
  readonly waits: WaitCache;
  readonly view: TimeView;
  readonly theme: TimelineTheme;
  readonly palette: Palette;
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
  readonly gutter: number;
  readonly scroll: number;
  readonly selected: number;
  /** The selected task and those that started it. */
  readonly chain: ReadonlySet<number>;
  readonly hovered: number;
  readonly blockedMs: number;
}

/** A span that is wide enough to be read; device pixels. */
export interface WideSpan {
  readonly row: number;
  readonly x0: number;
  readonly x1: number;
  readonly y: number;
}

/** The theme as pixels. */
export interface Palette {
  readonly background: Pixel;
  readonly gutter: Pixel;
  readonly line: Pixel;
  readonly foreground: Pixel;
  readonly error: Pixel;
  readonly warning: Pixel;
  readonly focus: Pixel;
  readonly series: readonly { readonly strong: Pixel; readonly plain: Pixel; readonly soft: Pixel }[];
}

export function paletteOf(theme: TimelineTheme): Palette {
  const background = pixelOf(theme.background);
  const soft = theme.isHighContrast ? 0.35 : 0.28;
  return {
    background,
    gutter: background,
    line: pixelOf(theme.line),
    foreground: pixelOf(theme.foreground),
    error: pixelOf(theme.error),
    warning: pixelOf(theme.warning),
    focus: pixelOf(theme.focus),
    series: theme.series.map((color) => ({
      strong: mixed(background, pixelOf(color), 0.95),
      plain: mixed(background, pixelOf(color), 0.62),
      soft: mixed(background, pixelOf(color), soft),
    })),
  };
}

const widePixels = 14;
const maxWide = 800;

/** Draws everything but text. Returns the spans that are wide enough for waits and a label. */
export function drawTimeline(raster: Raster, scene: Scene): readonly WideSpan[] {
  raster.clear(scene.palette.background);
  const wide: WideSpan[] = [];
  const pixels = raster.width - scene.gutter * scene.ratio;
  const edges = edgesOf(scene.view, pixels);
  for (const [index, box] of scene.boxes.entries()) {
    const y = (rowsTop + box.top - scene.scroll) * scene.ratio;
    const bottom = y + box.height * scene.ratio;
    if (bottom < rowsTop * scene.ratio || y > raster.height) continue;
    if (box.isExpanded) drawLanes(raster, scene, { box, index, y, wide });
    else drawChart(raster, scene, { box, index, y, edges });
    raster.box({ x0: 0, x1: raster.width, y0: bottom, y1: bottom + Math.max(1, scene.ratio) }, scene.palette.line);
  }
  drawBlockBands(raster, scene);
  drawTop(raster, scene, edges);
  return wide;
}

function edgesOf({ from, to }: TimeView, pixels: number): Float64Array {
  const edges = new Float64Array(Math.max(1, Math.floor(pixels)) + 1);
  const step = (to - from) / (edges.length - 1);
  for (let pixel = 0; pixel < edges.length; pixel += 1) edges[pixel] = from + pixel * step;
  return edges;
}

function seriesOf({ palette, boxes }: Scene, index: number): Palette['series'][number] {
  // Threads of the same function share its color.
  const own = boxes[index]?.group.function;
  const first = boxes.findIndex(({ group }) => group.function === own);
  const found = palette.series[first % Math.max(1, palette.series.length)];
  return found ?? { strong: palette.foreground, plain: palette.line, soft: palette.line };
}

/** How many were alive, as an area: the root makes few visible beside many. */
function drawChart(
  raster: Raster,
  scene: Scene,
  at: { readonly box: GroupBox; readonly index: number; readonly y: number; readonly edges: Float64Array },
): void {
  const { box, y, edges } = at;
  const { ratio, gutter, view, store } = scene;
  const alive = new Float64Array(edges.length - 1);
  aliveInPixels(box.group, edges, alive);
  const colors = seriesOf(scene, at.index);
  const base = Math.round(y + (box.height - 3) * ratio);
  const room = (box.height - 8) * ratio;
  const most = Math.max(1, box.group.lanes.length);
  const x0 = Math.round(gutter * ratio);
  const last = Math.min(alive.length, Math.ceil(((store.endTime - view.from) / (view.to - view.from)) * alive.length));
  for (let pixel = 0; pixel < last; pixel += 1) {
    const value = alive[pixel] ?? 0;
    if (value <= 1e-6) continue;
    const height = Math.max(ratio, Math.min(1, (value / most) ** 0.6) * room);
    raster.column(x0 + pixel, base - height, base, colors.plain);
    raster.column(x0 + pixel, base - height, base - height + Math.max(1, ratio), colors.strong);
  }
  drawFailures(raster, scene, { group: box.group, edges, y: base });
}

function drawFailures(
  raster: Raster,
  { ratio, gutter, palette }: Scene,
  { group, edges, y }: { readonly group: LaneGroup; readonly edges: Float64Array; readonly y: number },
): void {
  settle(group.failures);
  if (group.failures.times.length === 0) return;
  const x0 = Math.round(gutter * ratio);
  let before = group.failures.times.countUpTo(edges[0] ?? 0);
  for (let pixel = 0; pixel + 1 < edges.length; pixel += 1) {
    const until = group.failures.times.countUpTo(edges[pixel + 1] ?? 0, before);
    if (until > before) raster.column(x0 + pixel, y, y + 2 * ratio, palette.error);
    before = until;
  }
}

function drawLanes(
  raster: Raster,
  scene: Scene,
  at: { readonly box: GroupBox; readonly index: number; readonly y: number; readonly wide: WideSpan[] },
): void {
  const { ratio } = scene;
  const colors = seriesOf(scene, at.index);
  for (const [number, lane] of at.box.group.lanes.entries()) {
    const y0 = Math.round(at.y + (4 + number * sizes.lane) * ratio);
    const y1 = Math.round(y0 + (sizes.lane - 2) * ratio);
    if (y1 < rowsTop * ratio) continue;
    if (y0 > raster.height) break;
    drawLane(raster, scene, { lane, colors, y0, y1, wide: at.wide });
  }
}

interface LanePlace {
  readonly lane: RowList;
  readonly colors: Palette['series'][number];
  readonly y0: number;
  readonly y1: number;
  readonly wide: WideSpan[];
}

/** Spans of at least a pixel one by one; of those that share a pixel only the first, the others are jumped over. */
function drawLane(raster: Raster, scene: Scene, { lane, colors, y0, y1, wide }: LanePlace): void {
  const { store, view, ratio, gutter } = scene;
  const left = gutter * ratio;
  const scale = (raster.width - left) / (view.to - view.from);
  const endOf = (row: number) => {
    const end = store.end[row] ?? Number.NaN;
    return Number.isNaN(end) ? store.endTime : end;
  };
  let index = firstIndex(lane, 0, (row) => endOf(row) >= view.from);
  while (index < lane.length) {
    const row = lane.at(index);
    const begin = store.begin[row] ?? 0;
    if (begin > view.to) return;
    const x0 = left + (begin - view.from) * scale;
    const x1 = left + (endOf(row) - view.from) * scale;
    if (x1 - x0 >= 1.5) {
      // A gap of a pixel keeps neighbors apart.
      const box = { x0: Math.max(left, x0), x1: Math.max(x0 + 1, x1 - (x1 - x0 > 4 * ratio ? ratio : 0)), y0, y1 };
      drawSpan(raster, scene, { row, box, colors });
      if (x1 - x0 >= widePixels * ratio && wide.length < maxWide) wide.push({ row, x0: box.x0, x1: box.x1, y: y0 });
      index += 1;
    } else {
      const pixel = Math.floor(x0);
      raster.box({ x0: Math.max(left, pixel), x1: pixel + 1, y0, y1 }, colors.plain);
      const edge = view.from + (pixel + 1 - left) / scale;
      index = firstIndex(lane, index + 1, (next) => endOf(next) > edge);
    }
  }
}

interface Box {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

/** Waits are soft, the time between them strong; how it ended shows at the right. */
function drawSpan(
  raster: Raster,
  scene: Scene,
  { row, box, colors }: { readonly row: number; readonly box: Box; readonly colors: Palette['series'][number] },
): void {
  const { store, palette, ratio, theme } = scene;
  const known = scene.waits.byTask.get(row);
  const state = store.state[row];
  raster.box(box, known === undefined ? colors.plain : colors.strong);
  if (known !== undefined) for (const wait of known.waits) drawWait(raster, scene, { wait, box, colors });
  else if (state === taskState.waiting)
    drawWait(raster, scene, {
      wait: { begin: (store.begin[row] ?? 0) + (store.waitsFrom[row] ?? 0), end: Number.NaN },
      box,
      colors,
    });
  if (state === taskState.rejected) raster.box({ ...box, x0: Math.max(box.x0, box.x1 - 3 * ratio) }, palette.error);
  if (state === taskState.lost) raster.box({ ...box, y0: box.y1 - 2 * ratio }, palette.warning);
  if (state === taskState.waiting) drawOpenEnd(raster, box, { color: colors.strong, ratio });
  if (theme.isHighContrast) outline(raster, box, { color: palette.foreground, width: 1 });
  if (row === scene.selected) outline(raster, box, { color: palette.focus, width: Math.max(2, 2 * ratio) });
  else if (scene.chain.has(row)) outline(raster, box, { color: palette.focus, width: Math.max(1, ratio) });
  else if (row === scene.hovered) outline(raster, box, { color: palette.foreground, width: Math.max(1, ratio) });
}

function drawWait(
  raster: Raster,
  { store, view, gutter, ratio }: Scene,
  at: {
    readonly wait: { readonly begin: number; readonly end: number };
    readonly box: Box;
    readonly colors: Palette['series'][number];
  },
): void {
  const left = gutter * ratio;
  const scale = (raster.width - left) / (view.to - view.from);
  const end = Number.isNaN(at.wait.end) ? store.endTime : at.wait.end;
  const x0 = Math.max(at.box.x0, left + (at.wait.begin - view.from) * scale);
  const x1 = Math.min(at.box.x1, left + (end - view.from) * scale);
  if (x1 > x0) raster.box({ ...at.box, x0, x1 }, at.colors.soft);
}

/** Teeth at the right: it goes on. */
function drawOpenEnd(
  raster: Raster,
  { x1, y0, y1 }: Box,
  { color, ratio }: { readonly color: Pixel; readonly ratio: number },
): void {
  const step = Math.max(1, Math.round(2 * ratio));
  for (let y = y0; y < y1; y += 2 * step) {
    raster.box({ x0: x1 - 2 * ratio, x1, y0: y, y1: Math.min(y1, y + step) }, color);
  }
}

function outline(
  raster: Raster,
  { x0, x1, y0, y1 }: Box,
  { color, width }: { readonly color: Pixel; readonly width: number },
): void {
  raster.box({ x0, x1, y0, y1: y0 + width }, color);
  raster.box({ x0, x1, y0: y1 - width, y1 }, color);
  raster.box({ x0, x1: x0 + width, y0, y1 }, color);
  raster.box({ x0: x1 - width, x1, y0, y1 }, color);
}

/** Blocks that are wide enough to be seen lie over the lanes: nothing ran there. */
function drawBlockBands(raster: Raster, { blocks, view, gutter, ratio, palette }: Scene): void {
  const left = gutter * ratio;
  const scale = (raster.width - left) / (view.to - view.from);
  let drawn = 0;
  for (let index = 0; index < blocks.start.length && drawn < 200; index += 1) {
    const start = blocks.start[index] ?? 0;
    const end = start + (blocks.durationUs[index] ?? 0);
    if (end < view.from) continue;
    if (start > view.to) return;
    const x0 = Math.max(left, left + (start - view.from) * scale);
    const x1 = left + (end - view.from) * scale;
    if (x1 - x0 < 2 * ratio) continue;
    drawn += 1;
    raster.blend({ x0, x1, y0: rowsTop * ratio, y1: raster.height }, palette.error, 0.1);
  }
}

/** The loop's lag, above the rows so that nothing scrolls over it. */
function drawTop(raster: Raster, scene: Scene, edges: Float64Array): void {
  const { ratio, gutter, palette, blocks } = scene;
  const top = Math.round(sizes.ruler * ratio);
  const base = Math.round((sizes.ruler + sizes.lag) * ratio);
  const all = { x0: 0, x1: raster.width };
  raster.box({ ...all, y0: 0, y1: rowsTop * ratio }, palette.background);
  const lag = lagInPixels(blocks, edges);
  const x0 = Math.round(gutter * ratio);
  for (let pixel = 0; pixel < lag.length; pixel += 1) {
    const ms = lag[pixel] ?? 0;
    if (ms <= 0) continue;
    const share = Math.min(1, Math.max(0.12, Math.log10(ms / 5) / 3));
    raster.column(
      x0 + pixel,
      base - share * (base - top - 2 * ratio),
      base,
      ms >= 100 ? palette.error : palette.warning,
    );
  }
  raster.box({ ...all, y0: top - ratio, y1: top }, mixed(palette.background, palette.line, 0.6));
  raster.box({ ...all, y0: base + ratio, y1: base + 2 * ratio }, palette.line);
}

/** The longest block in each pixel, ms. */
function lagInPixels({ start, durationUs }: Blocks, edges: Float64Array): Float64Array {
  const lag = new Float64Array(edges.length - 1);
  const from = edges[0] ?? 0;
  const step = (edges[1] ?? 1) - from;
  for (let index = 0; index < start.length; index += 1) {
    const begin = start[index] ?? 0;
    const first = Math.floor((begin - from) / step);
    if (first >= lag.length) break;
    const last = Math.min(lag.length - 1, Math.floor((begin + (durationUs[index] ?? 0) - from) / step));
    const ms = (durationUs[index] ?? 0) / 1000;
    for (let pixel = Math.max(0, first); pixel <= last; pixel += 1) lag[pixel] = Math.max(lag[pixel] ?? 0, ms);
  }
  return lag;
}
