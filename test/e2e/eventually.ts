/** Longest time that something a test waits for may take on a busy machine, ms. */
export const patienceMs = 60_000;

/** Asks until there is an answer, for what no locator can wait for. Throws with what it waited for. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Waited in vain for ${what}`);
}
