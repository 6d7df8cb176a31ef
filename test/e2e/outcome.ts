/** How many tests of a suite passed and failed. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

export const nothing: Outcome = { passed: 0, failed: 0 };

export function add(a: Outcome, b: Outcome): Outcome {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed };
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
