import { heartbeatMs } from '../detect/heartbeat.ts';

export interface BlockBounds {
  /** Time between the beats before and after it. */
  readonly gapUs: number;
  /** When the beat after it was seen, µs since the thread's start. */
  readonly end: number;
  /** Of the gap, time in which the whole process stood still, or samples held the thread up. */
  readonly stalledUs: number;
  /** Longest time without a record in the gap. */
  readonly gap: { readonly start: number; readonly end: number } | undefined;
}

const periodUs = heartbeatMs * 1000;

/**
 * Begin and length of a block in µs. The loop last turned somewhere in the heartbeat's period before the gap; a long time without records says
 * where, else half a period is taken.
 */
export function durationOf({ gapUs, end, stalledUs, gap }: BlockBounds): {
  readonly start: number;
  readonly durationUs: number;
} {
  const silentUs = gap === undefined ? 0 : gap.end - gap.start;
  const isBracketed = gap !== undefined && silentUs >= gapUs / 2;
  const wall = isBracketed ? Math.min(Math.max(silentUs, gapUs - periodUs), gapUs) : gapUs - periodUs / 2;
  const start = (isBracketed ? Math.min(gap.end, end) : end) - wall;
  return { start: Math.max(0, Math.round(start)), durationUs: Math.max(0, Math.round(wall - stalledUs)) };
}
