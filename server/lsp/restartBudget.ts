/** How often a crashed worker may be started again: `limit` times within `windowMs`. */
export interface RestartBudget {
  /** Takes one restart at this time (ms, any clock that only goes forward); false when the budget is used up. */
  take(now: number): boolean;
  /** Forgets the past, after the user asked for another try. */
  reset(): void;
}

export function restartBudget({
  limit,
  windowMs,
}: {
  readonly limit: number;
  readonly windowMs: number;
}): RestartBudget {
  let taken: readonly number[] = [];
  return {
    take(now) {
      taken = taken.filter((time) => now - time < windowMs);
      if (taken.length >= limit) return false;
      taken = [...taken, now];
      return true;
    },
    reset() {
      taken = [];
    },
  };
}
