import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Heartbeat } from '../contracts.ts';

/** Time between two beats, in ms. A program that does nothing wakes up that often: 100 times a second cost about 0.1 % of a core. */
export const heartbeatMs = 10;

/** The collector takes a histogram that nobody holds, and its timer with it. */
const kept: Heartbeat[] = [];

/**
 * Starts the heartbeat of this thread. It is a native timer: no JavaScript runs, `async_hooks` of the program see nothing,
 * `process.getActiveResourcesInfo` does not list it, and it keeps no loop alive. Can be cloned to other threads.
 */
export function startHeartbeat(): Heartbeat {
  const histogram = monitorEventLoopDelay({ resolution: heartbeatMs });
  histogram.enable();
  kept.push(histogram);
  return histogram;
}
