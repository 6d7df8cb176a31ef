/** Whether it runs without throwing. Where it throws, the original is used instead. */
export function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
