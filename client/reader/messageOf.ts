import { RunError } from '#runs/runError.ts';

/** What went wrong, in one sentence for the user; `failure` says it as a whole where the error does not say it for people. */
export function messageOf(error: unknown, failure: string): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.replaceAll(/\s*\n\s*/g, ': ').slice(0, 1000);
  return error instanceof RunError ? line : `${failure}: ${line}`;
}
