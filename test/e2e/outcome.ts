/** What came of a number of tests. */
export interface Outcome {
  readonly passed: number;
  /** Name and reason of each test that failed. */
  readonly failures: readonly string[];
  /** The same of those that failed in a first try and passed in the second. */
  readonly unsteady: readonly string[];
}

export const nothing: Outcome = { passed: 0, failures: [], unsteady: [] };

export function passed(count: number): Outcome {
  return { ...nothing, passed: count };
}

export function failed(failure: string): Outcome {
  return { ...nothing, failures: [failure] };
}

export function add(a: Outcome, b: Outcome): Outcome {
  return {
    passed: a.passed + b.passed,
    failures: [...a.failures, ...b.failures],
    unsteady: [...a.unsteady, ...b.unsteady],
  };
}

/**
 * Runs tests, and all of them once more when something failed: a window of a foreign program in a foreign browser fails now and then on
 * a busy machine. So may a race of our own, which is why what only the first try met is told, never hidden.
 */
export async function inTwoTries(run: () => Promise<Outcome>): Promise<Outcome> {
  const first = await run().catch(asFailure);
  if (first.failures.length === 0) return first;
  console.error('\n  once more, from the start');
  const second = await run().catch(asFailure);
  return second.failures.length === 0 ? { ...second, unsteady: first.failures } : second;
}

function asFailure(error: unknown): Outcome {
  console.error(String(error));
  return failed(`nothing ran to its end: ${String(error)}`);
}

/** Runs a step with a time limit: what hangs fails. */
export async function inTime<Result>(what: string, ms: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not end within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
