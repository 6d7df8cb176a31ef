/** A turn of the worker that comes later than this was held up. Its turns are due every 20 ms at most. */
const turnUs = 30_000;
/** Share of a processor that a process has used when it did not stand still; on a busy machine a thread that computes may get little more. */
const leastUse = 0.1;

/**
 * Tells when the whole process stood still: stopped by a signal, suspended with the machine, or without a processor. It is asked at each turn of the worker;
 * a turn that comes late while the process used little processor time is such a stall. A blocked thread that computes is none, even when the
 * worker gets no processor beside it.
 */
export interface StallClock {
  /** µs of stall since the last call. */
  turn(now: number): number;
}

export function stallClock(start: number, cpuUs: () => number): StallClock {
  let turnAt = start;
  let usedAt = cpuUs();
  return {
    turn(now) {
      const late = now - turnAt - turnUs;
      const used = cpuUs();
      const isStall = late > 0 && used - usedAt < (now - turnAt) * leastUse;
      turnAt = now;
      usedAt = used;
      return isStall ? late : 0;
    },
  };
}

/** Processor time of the process so far, all its threads together. */
export function processorUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
