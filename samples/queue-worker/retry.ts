import { setTimeout as sleep } from 'node:timers/promises';

/** Tries again after a while; one after the other on purpose. */
export async function withRetry<T>(attempts: number, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts) throw error;
      await sleep(attempt * 5);
    }
  }
}

/** Meant to try once more, but the promise leaves the try block before it rejects. */
export async function withSecondChance<T>(work: () => Promise<T>): Promise<T> {
  try {
    return work();
  } catch {
    return await work();
  }
}
