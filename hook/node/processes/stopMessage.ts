/**
 * Whether a message from the parent says that this process will be killed as soon as it answers: so Vitest ends the processes of its pool, and
 * nobody hears of an `exit`.
 */
export function isStopMessage(message: unknown): boolean {
  const { type, __vitest_worker_request__: isRequest }: Record<string, unknown> = { ...Object(message) };
  return isRequest === true && type === 'stop';
}
