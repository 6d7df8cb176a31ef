import type { Scene, WideSpan } from './drawTimeline.ts';
import { durationOf, placeOf } from './taskStore.ts';
import { rowsTop, sizes, type GroupBox } from './timelineLayout.ts';
import { tickStep } from './timeScale.ts';
import { amount, duration, moment, named } from '../wording.ts';

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Writes names, times and the ruler over the drawn timeline. Text of the trace is only ever drawn, never parsed. */
export function drawLabels(context: Context, scene: Scene, wide: readonly WideSpan[]): void {
  const { ratio, theme } = scene;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.textBaseline = 'middle';
  context.font = `${theme.fontSize}px ${theme.fontFamily}`;
  context.save();
  context.beginPath();
  context.rect(0, rowsTop, scene.width, scene.height - rowsTop);
  context.clip();
  drawSpanLabels(context, scene, wide);
  for (const box of scene.boxes) drawName(context, scene, box);
  context.restore();
  drawRuler(context, scene);
}

/** Names lie over the lanes that reach below them. */
function drawName(context: Context, scene: Scene, { group, top, height, isExpanded }: GroupBox): void {
  const { store, theme, gutter } = scene;
  const y = rowsTop + top - scene.scroll;
  if (y + height < rowsTop || y > scene.height) return;
  context.fillStyle = theme.background;
  context.fillRect(0, Math.max(y, rowsTop), gutter - 1, height);
  context.fillStyle = theme.line;
  context.fillRect(gutter - 1, y, 1, height);
  context.fillRect(0, y + height, gutter, 1);
  // The name of a tall group stays in sight.
  const line = isExpanded ? Math.min(Math.max(y, rowsTop), y + height - sizes.chart) : y;
  context.fillStyle = theme.faint;
  drawTwistie(context, { x: 9, y: line + 12, isExpanded });
  const thread = store.threads.length > 1 ? ` · ${store.threads[group.thread] ?? ''}` : '';
  context.fillStyle = theme.foreground;
  context.fillText(fitted(context, named(placeOf(store, group.function).label), gutter - 28), 20, line + 12);
  context.fillStyle = theme.faint;
  context.font = `${theme.fontSize - 2}px ${theme.fontFamily}`;
  const facts = `${amount(group.count)} · peak ${amount(group.lanes.length)}${thread}`;
  context.fillText(fitted(context, facts, gutter - 28), 20, line + 26);
  context.font = `${theme.fontSize}px ${theme.fontFamily}`;
}

function drawTwistie(
  context: Context,
  { x, y, isExpanded }: { readonly x: number; readonly y: number; readonly isExpanded: boolean },
): void {
  context.beginPath();
  if (isExpanded) {
    context.moveTo(x - 4, y - 2);
    context.lineTo(x + 4, y - 2);
    context.lineTo(x, y + 3);
  } else {
    context.moveTo(x - 2, y - 4);
    context.lineTo(x - 2, y + 4);
    context.lineTo(x + 3, y);
  }
  context.fill();
}

const maxLabels = 250;

function drawSpanLabels(context: Context, scene: Scene, wide: readonly WideSpan[]): void {
  const { store, ratio, theme } = scene;
  context.font = `${Math.min(10, theme.fontSize - 1)}px ${theme.fontFamily}`;
  context.fillStyle = theme.foreground;
  let labels = 0;
  for (const { row, x0, x1, y } of wide) {
    const width = (x1 - x0) / ratio;
    if (width < 34 || labels >= maxLabels) continue;
    labels += 1;
    const text = labelOf(scene, row, width);
    if (context.measureText(text).width > width - 6) continue;
    context.fillText(text, x0 / ratio + 4, y / ratio + (sizes.lane - 2) / 2 + 0.5);
  }
  context.font = `${theme.fontSize}px ${theme.fontFamily}`;
  void store;
}

/** How long it took; where it waits when there is room for that. */
function labelOf({ store }: Scene, row: number, width: number): string {
  const time = duration(durationOf(store, row) / 1000);
  const place = store.waitsAt[row] ?? 0;
  return place === 0 || width < 180
    ? time
    : `${time} · ${named(placeOf(store, place).label)}`.slice(0, Math.floor(width / 6));
}

function drawRuler(context: Context, scene: Scene): void {
  const { view, theme, gutter, width, store } = scene;
  const pixels = width - gutter;
  const step = tickStep(view.to - view.from, pixels, 90);
  const scale = pixels / (view.to - view.from);
  context.font = `${theme.fontSize - 1}px ${theme.fontFamily}`;
  for (let time = Math.ceil(view.from / step) * step; time <= view.to; time += step) {
    const x = Math.round(gutter + (time - view.from) * scale);
    context.fillStyle = theme.line;
    context.fillRect(x, sizes.ruler - 5, 1, 5);
    context.fillStyle = theme.faint;
    const text = moment(time, step);
    if (x + 4 + context.measureText(text).width < width) context.fillText(text, x + 4, sizes.ruler / 2);
  }
  context.fillStyle = theme.background;
  context.fillRect(0, 0, gutter - 1, rowsTop - 2);
  context.fillStyle = theme.faint;
  context.fillText(
    fitted(context, `${moment(view.to - view.from, (view.to - view.from) / 100)} in view`, gutter - 14),
    8,
    sizes.ruler / 2,
  );
  context.fillText('loop lag', 8, sizes.ruler + sizes.lag / 2);
  drawWhole(context, scene, store.endTime);
  context.fillStyle = theme.line;
  context.fillRect(gutter - 1, 0, 1, rowsTop);
}

/** A thin bar that shows which part of the run is seen. */
function drawWhole(context: Context, { view, gutter, width, theme }: Scene, endTime: number): void {
  if (view.isWhole || endTime <= 0) return;
  const pixels = width - gutter;
  const x0 = gutter + (Math.max(0, view.from) / endTime) * pixels;
  const x1 = gutter + (Math.min(endTime, view.to) / endTime) * pixels;
  context.fillStyle = theme.focus;
  context.fillRect(Math.min(x0, width - 3), 0, Math.max(3, x1 - x0), 2);
}

const measured = new Map<string, string>();

/** The text, cut to a width. */
function fitted(context: Context, text: string, width: number): string {
  const key = `${context.font}|${width}|${text}`;
  const known = measured.get(key);
  if (known !== undefined) return known;
  if (measured.size > 5000) measured.clear();
  let cut = text.slice(0, 200);
  if (context.measureText(cut).width > width) {
    while (cut.length > 1 && context.measureText(`${cut}…`).width > width) cut = cut.slice(0, -1);
    cut = `${cut}…`;
  }
  measured.set(key, cut);
  return cut;
}
