import type { PanelPlace } from '#protocol/panel.ts';
import { taskState } from '#trace/model.ts';
import { visibleText } from './visibleText.ts';

/** `0.4 ms`, `412 ms`, `3.42 s`, `2 min 5 s`, `3 h 12 min`: the words of `rubato report`. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return '';
  if (ms < 0.1 && ms > 0) return `${Math.max(1, Math.round(ms * 1000))} µs`;
  if (ms < 10) return `${trimmed(ms, 1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${trimmed(ms / 1000, ms < 10_000 ? 2 : 1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`;
  return `${amount(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

/** A moment of the run in µs, as exact as a step of `stepUs` asks for: `3.42 s`. */
export function moment(us: number, stepUs = 1000): string {
  if (!Number.isFinite(us)) return '';
  if (stepUs < 1000 && Math.abs(us) < 1e6) return `${(us / 1000).toFixed(stepUs < 10 ? 3 : stepUs < 100 ? 2 : 1)} ms`;
  const digits = stepUs >= 1e6 ? 0 : Math.min(6, Math.ceil(6 - Math.log10(stepUs)));
  if (Math.abs(us) < 60e6) return `${(us / 1e6).toFixed(digits)} s`;
  const minutes = Math.floor(us / 60e6);
  const seconds = ((us % 60e6) / 1e6).toFixed(digits);
  if (minutes < 60) return `${minutes}:${seconds.padStart(digits === 0 ? 2 : digits + 3, '0')} min`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${seconds.padStart(digits === 0 ? 2 : digits + 3, '0')} h`;
}

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

const grouped = new Intl.NumberFormat('en');

/** `12,345` */
export function amount(count: number): string {
  return grouped.format(Math.round(count));
}

/** `1 task`, `2,000 tasks` */
export function counted(count: number, noun: string): string {
  return `${amount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `src/a.ts:10:5`, safe to show. */
export function position({ file, line, column }: Pick<PanelPlace, 'file' | 'line' | 'column'>): string {
  if (file === '') return '(unknown place)';
  return line === 0 ? visibleText(file) : `${visibleText(file)}:${line}:${column}`;
}

/** A name from the program, safe to show. */
export function named(name: string): string {
  return name === '' ? '(anonymous)' : visibleText(name);
}

/** `await load()`, `for await users()`, safe to show. */
export function awaited({ kind, label }: Pick<PanelPlace, 'kind' | 'label'>): string {
  return `${kind === 'for-await' || kind === 'yield' ? kind.replace('-', ' ') : 'await'} ${named(label)}`;
}

/** What a task does, by its `TaskState`; also the words of `state:` in the filter. */
export const stateNames: Readonly<Record<number, string>> = {
  [taskState.running]: 'running',
  [taskState.waiting]: 'waiting',
  [taskState.done]: 'done',
  [taskState.rejected]: 'rejected',
  [taskState.lost]: 'lost',
  [taskState.gone]: 'gone',
};
