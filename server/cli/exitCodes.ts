/**
 * What the command's exit codes mean; part of its interface, so they never change their meaning.
 * Interrupted runs end with 128 + the number of the signal, as shells do it.
 */
export const exitCodes = {
  /** Clean, or under the thresholds. */
  ok: 0,
  /** Findings at or over the threshold. */
  findings: 1,
  /** Wrong use, configuration or environment: nothing was judged, or not all that was asked for could be written. */
  usage: 2,
  /** A bug of ours; the results of everything else are still printed. */
  internal: 3,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
