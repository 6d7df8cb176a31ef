import type { Run } from '../runs/contracts.ts';

/** The run that a view shows so far. */
export interface Shown {
  /** Of the run. */
  readonly folder: string;
  /** Runs that began later take its place, ms since 1970: its own start, or when the user chose it. */
  readonly since: number;
}

/**
 * The run to show: what has begun meanwhile, else the one that is shown, so that its end stays readable beside others that go on.
 * `all`: living before ended ones, newest first among each.
 */
export function pickRun(all: readonly Run[], shown: Shown | undefined): Run | undefined {
  const same = all.find(({ folder }) => folder === shown?.folder);
  if (same === undefined || shown === undefined) return all[0];
  return all.find(({ isAlive, manifest }) => isAlive && manifest.startedAt > shown.since) ?? same;
}
