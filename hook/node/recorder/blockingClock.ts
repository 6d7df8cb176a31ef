import { ring } from '#protocol/records.ts';
import { timedLog } from './threadMemory.ts';

/** Times known blocking calls: `TaskRuntime.n` and the duration for `d`. */
export interface BlockingClock {
  /** Low 32 bits of µs since the thread's start. */
  readonly start: () => number;
  /** µs since `start`. */
  readonly since: (start: number) => number;
}

/**
 * Reading the clock costs 50 ns, as much as a short call of `JSON.parse`, so in each tick of the coarse clock only the first reads are exact; more
 * of them after a longer one.
 * Later ones give the last exact time: a call that ends within the tick then counts as 0 µs, and one that does not is at most a tick too long.
 */
const exactReadsPerMs = 32;
const longestTickMs = 20;

export function blockingClock(header: Int32Array, nowUs: () => number): BlockingClock {
  let tick = -1;
  let left = 0;
  let last = 0;

  function read(): number {
    const now = header[ring.clock] ?? 0;
    if (now !== tick) {
      left = exactReadsPerMs * Math.min(now - tick, longestTickMs);
      tick = now;
    } else if (left === 0) return last;
    left -= 1;
    last = nowUs() | 0;
    return last;
  }

  return { start: read, since: (start) => (read() - start) | 0 };
}

/** Notes the calls that took a tick or more where the drain worker finds them; also in watch mode. */
export function logTimedCall(
  log: Float64Array,
  site: number,
  times: { readonly start: number; readonly us: number },
): void {
  const count = log[0] ?? 0;
  const row = timedLog.firstRow + (count % timedLog.rows) * timedLog.wordsPerRow;
  log[row] = site;
  log[row + 1] = times.start;
  log[row + 2] = times.us;
  log[0] = count + 1;
}
