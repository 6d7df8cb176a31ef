/** Keeps what samples cost the program small: looking at a thread stops it for a while, longer the more code it has loaded. */
export interface SampleBudget {
  /** Whether one more sample may be taken. Times in µs. */
  allows(now: number): boolean;
  /** A sample held the thread up for that long. */
  spend(durationUs: number): void;
}

const allowanceUs = 300_000;
const share = 0.01;

/** Some samples at once, and 1 % of the time in the long run. */
export function sampleBudget(): SampleBudget {
  let spent = 0;
  return {
    allows: (now) => spent < allowanceUs + now * share,
    spend(durationUs) {
      spent += durationUs;
    },
  };
}
