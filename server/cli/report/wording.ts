import type { Style } from '#reporters/stylish.ts';
import { visibleText } from '#reporters/visibleText.ts';

/** `0.4 ms`, `412 ms`, `3.42 s`, `2 min 5 s`, `3 h 12 min`. */
export function duration(ms: number): string {
  if (ms < 10) return `${trimmed(ms, 1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${trimmed(ms / 1000, ms < 10_000 ? 2 : 1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`;
  return `${amount(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

/** `12,345` */
export function amount(count: number): string {
  return Math.round(count).toLocaleString('en');
}

/** `1 task`, `2,000 tasks` */
export function counted(count: number, noun: string): string {
  return `${amount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Says what a list leaves out; nothing when it is whole. */
export function moreLine(left: number, style: Style): readonly string[] {
  return left > 0 ? [style('dim', `and ${counted(left, 'more line')} (--top shows more)`)] : [];
}

/** `src/a.ts:10:5`, safe to print. */
export function position(place: { readonly file: string; readonly line: number; readonly column: number }): string {
  if (place.file === '') return '(unknown place)';
  return place.line === 0 ? visibleText(place.file) : `${visibleText(place.file)}:${place.line}:${place.column}`;
}

/** A name from the program, safe to print. */
export function named(name: string): string {
  return name === '' ? '(anonymous)' : visibleText(name);
}

/** `await load()`, `for await users()`, safe to print. */
export function awaited({ kind, label }: { readonly kind: string; readonly label: string }): string {
  return `${kind === 'for-await' || kind === 'yield' ? kind.replace('-', ' ') : 'await'} ${named(label)}`;
}
