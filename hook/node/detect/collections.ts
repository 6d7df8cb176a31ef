import { constants, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks';
import type { GarbageCollectionNote } from '#protocol/messages.ts';
import { ring } from '#protocol/records.ts';
import type { HookContext } from '../contracts.ts';

/** Shorter pauses are only added up. */
const longPauseMs = 10;

const types: Readonly<Record<number, GarbageCollectionNote['type']>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'scavenge',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'mark-sweep',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weak',
};

/**
 * Adds up the pauses of the garbage collector in the ring's header and notes the long ones, so that they are not blamed on code.
 * Node tells of them in the next turn of the loop, many at once; that keeps no program alive. A program that watches
 * `async_hooks` sees an `Immediate` for it.
 */
export function watchCollections({ recorder }: HookContext, onCollected: () => void): void {
  const startMs = performanceNow() - recorder.nowUs() / 1000;
  const observer = new PerformanceObserver((list) => {
    try {
      for (const entry of list.getEntries()) record(entry);
      onCollected();
    } catch (error) {
      observer.disconnect();
      recorder.fault('garbage collections', error);
    }
  });

  function record(entry: PerformanceEntry): void {
    const { header } = recorder;
    const durationUs = Math.round(entry.duration * 1000);
    header[ring.gc] = (header[ring.gc] ?? 0) + durationUs;
    if (entry.duration < longPauseMs) return;
    const start = Math.max(0, Math.round((entry.startTime - startMs) * 1000));
    recorder.note({ kind: 'gc', start, durationUs, type: types[kindOf(entry)] ?? 'unknown' });
  }

  observer.observe({ entryTypes: ['gc'] });
}

const performanceNow = performance.now.bind(performance);

function kindOf(entry: object): number {
  const detail: unknown = 'detail' in entry ? entry.detail : undefined;
  return typeof detail === 'object' && detail !== null && 'kind' in detail && typeof detail.kind === 'number'
    ? detail.kind
    : 0;
}
