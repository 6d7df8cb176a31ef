/** How often something is done: no more often than its period, and less often when it takes long, so that others have their turn. */
export interface Pace {
  isDue(now: number): boolean;
  /** It took from `begin` to `end`. */
  ran(begin: number, end: number): void;
  /** It is due at once. */
  hurry(): void;
}

/** Times in ms. `share`: of the time that it may take at most. */
export function pace(periodMs: number, share: number): Pace {
  let next = 0;
  return {
    isDue: (now) => now >= next,
    ran(begin, end) {
      next = begin + Math.max(periodMs, (end - begin) / share);
    },
    hurry() {
      next = 0;
    },
  };
}
