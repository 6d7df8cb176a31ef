/** The sites of one thread, as it knows them itself: hardly ever asked for. */
import type { Site, SiteTable } from '#protocol/sites.ts';
import { unpackSites, type PackedSites } from './packedSites.ts';

export interface ThreadSites {
  /** Next free id. */
  next(): number;
  add(table: SiteTable | PackedSites): void;
  siteOf(id: number): Site | undefined;
}

export function threadSites(): ThreadSites {
  const tables: (SiteTable | PackedSites)[] = [];
  let next = 1;
  return {
    next: () => next,
    add(table) {
      tables.push(table);
      next = Math.max(next, endOf(table));
    },
    siteOf(id) {
      const holds = (table: SiteTable | PackedSites): boolean =>
        'text' in table ? id >= table.firstSite && id < endOf(table) : table.sites.some((site) => site.id === id);
      const table = tables.findLast(holds);
      return table && ('text' in table ? unpackSites(table) : table).sites.find((site) => site.id === id);
    },
  };
}

/** First id behind those of a table. */
function endOf(table: SiteTable | PackedSites): number {
  return 'text' in table ? table.firstSite + table.count : (table.sites.at(-1)?.id ?? 0) + 1;
}
