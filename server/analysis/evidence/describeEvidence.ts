/** What a run showed, in words. Phrases start small and end without full stop, so that they go on from a state or a name. */
import type { Distribution, Observation } from '#protocol/evidence.ts';

/** The part of an observation that words are made of. */
type Seen = Pick<Observation, 'kind' | 'count' | 'durationMs' | 'errorClasses'>;

/** `blocked the loop 412 ms at most, 3 times (p50 96 ms)`. Without a subject. */
export function describeObservation({ kind, count, durationMs, errorClasses = [] }: Seen): string {
  const errors = errorClasses.length === 0 ? '' : ` (${errorClasses.join(', ')})`;
  switch (kind) {
    case 'blocked':
      return `blocked the loop${spread(durationMs, count)}`;
    case 'called-blocking':
      return `took${spread(durationMs, count)}`;
    case 'swallowed':
      return `dropped ${countOf(count, 'error')}${errors}`;
    case 'unhandled':
      return `rejected ${times(count)} with nobody to handle it${errors}`;
    case 'handled-late':
      return `rejected ${times(count)} before anybody handled it${errors}`;
    case 'floated':
      return `went on after its starter was done${spread(durationMs, count)}`;
    case 'pending-at-exit':
      return `still waited when the program ended, ${times(count)}`;
    case 'lost':
      return `was dropped while it waited, ${times(count)}: it can never go on`;
    case 'awaited':
      return `waited${spread(durationMs, count)}`;
    default:
      return kind satisfies never;
  }
}

/** The same in as few words as a list has room for, behind a message that tells what happens: `blocked up to 412 ms, 3 times`. */
export function describeBriefly({ kind, count, durationMs, errorClasses = [] }: Seen): string {
  const errors = errorClasses.length === 0 ? '' : ` (${errorClasses.join(', ')})`;
  const much = `${durationMs === undefined ? '' : ` ${count === 1 ? '' : 'up to '}${formatMs(durationMs.max)}`}, ${times(count)}`;
  switch (kind) {
    case 'blocked':
      return `blocked${much}`;
    case 'called-blocking':
      return `took${much}`;
    case 'swallowed':
      return `dropped ${countOf(count, 'error')}${errors}`;
    case 'unhandled':
      return `rejected ${times(count)}, never handled${errors}`;
    case 'handled-late':
      return `rejected ${times(count)}, handled late${errors}`;
    case 'floated':
      return `went on${much}`;
    case 'pending-at-exit':
      return `${count} still waited at the end`;
    case 'lost':
      return `${count} dropped while waiting`;
    case 'awaited':
      return `waited${much}`;
    default:
      return kind satisfies never;
  }
}

/** What a place did that showed no trouble: `120 times, 0.3 ms at most`. */
export function describeHarmless({ kind, count, durationMs }: Observation): string {
  const longest = kind === 'called-blocking' && durationMs !== undefined ? `, ${formatMs(durationMs.max)} at most` : '';
  return `${times(count)}${longest}`;
}

/** A source text between backticks, those of a template literal in it made harmless. */
export function quoted(label: string): string {
  return `\`${label.replaceAll('`', "'")}\``;
}

/** `once`, `3 times`. */
export function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** `0.3 ms`, `412 ms`, `1.2 s`. Three digits at most: no clock of a run is better than that. */
export function formatMs(ms: number): string {
  if (ms < 9.95) return `${Number(ms.toFixed(1))} ms`;
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(ms < 99_950 ? 1 : 0))} s`;
}

/** `a moment`, `42 seconds`, `3 minutes`, `5 hours`, `2 days`: rounded down. */
export function ageText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 2) return 'a moment';
  if (seconds < 60) return countOf(seconds, 'second');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return countOf(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? countOf(hours, 'hour') : countOf(Math.floor(hours / 24), 'day');
}

function spread(durationMs: Distribution | undefined, count: number): string {
  if (durationMs === undefined) return `, ${times(count)}`;
  if (durationMs.count <= 1 && count === 1) return ` ${formatMs(durationMs.max)}, once`;
  return ` ${formatMs(durationMs.max)} at most, ${times(count)} (p50 ${formatMs(durationMs.p50)})`;
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
