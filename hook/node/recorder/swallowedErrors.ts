import type { SwallowedSite } from '#protocol/messages.ts';
import { errorClass } from './errorClass.ts';

/** Counts errors that were caught and dropped, by site and class. */
export interface SwallowedErrors {
  count(site: number, error: unknown): void;
  /** All sites, when something changed since the last time. */
  take(): readonly SwallowedSite[] | undefined;
}

const maxSites = 1000;
const maxClasses = 16;
const shownClasses = 5;

interface Counts {
  count: number;
  readonly classes: Map<string, number>;
}

export function swallowedErrors(): SwallowedErrors {
  const bySite = new Map<number, Counts>();
  let hasChanged = false;
  return {
    count(site, error) {
      const counts = countsOf(bySite, site);
      counts.count += 1;
      const name = errorClass(error);
      const before = counts.classes.get(name);
      if (before !== undefined || counts.classes.size < maxClasses) counts.classes.set(name, (before ?? 0) + 1);
      hasChanged = true;
    },
    take() {
      if (!hasChanged) return undefined;
      hasChanged = false;
      return [...bySite].map(([site, { count, classes }]) => ({ site, count, errorClasses: mostFrequent(classes) }));
    },
  };
}

/** Sites beyond the bound are counted together, as site 0. */
function countsOf(bySite: Map<number, Counts>, site: number): Counts {
  const key = bySite.has(site) || bySite.size < maxSites ? site : 0;
  const known = bySite.get(key);
  if (known !== undefined) return known;
  const counts: Counts = { count: 0, classes: new Map() };
  bySite.set(key, counts);
  return counts;
}

function mostFrequent(classes: ReadonlyMap<string, number>): readonly string[] {
  return [...classes]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, shownClasses)
    .map(([name]) => name);
}
