/**
 * The sites of one module as text, free of the ids that one process gives. Text is handed to the drain worker at a tenth of what objects cost,
 * and only the worker, which runs beside the program, makes sites of it.
 */
import type { Site, SiteTable, SourceFile } from '#protocol/sites.ts';

export interface PackedSites {
  readonly file: SourceFile;
  /** Id of the first one. */
  readonly firstSite: number;
  readonly count: number;
  /** Of `packSites`. */
  readonly text: string;
}

/** Kind, line, column, label, number of the owner from 0 (-1 for none), offset, hash. */
type PackedSite = readonly [Site['kind'], number, number, string, number, number, string?];

/** JSON in one line. The sites are in the order of their ids, from `firstSite`. */
export function packSites(sites: readonly Site[], firstSite: number): string {
  return JSON.stringify(
    sites.map(({ kind, line, column, label, owner, offset, hash }): PackedSite => {
      const place = [kind, line, column, label, owner === 0 ? -1 : owner - firstSite, offset] as const;
      return hash === undefined ? place : [...place, hash];
    }),
  );
}

export function unpackSites({ file, firstSite, text }: PackedSites): SiteTable {
  const packed: unknown = JSON.parse(text);
  const sites = isPacked(packed) ? packed : [];
  return { files: [file], sites: sites.map((site, index) => siteFrom(site, { index, firstSite, file: file.id })) };
}

interface SitePlace {
  readonly index: number;
  readonly firstSite: number;
  readonly file: number;
}

function siteFrom(
  [kind, line, column, label, owner, offset, hash]: PackedSite,
  { index, firstSite, file }: SitePlace,
): Site {
  const id = firstSite + index;
  const site = { id, kind, file, line, column, label, owner: owner < 0 ? 0 : firstSite + owner, offset };
  return hash === undefined ? site : { ...site, hash };
}

/** The hook wrote it itself. */
function isPacked(value: unknown): value is readonly PackedSite[] {
  return Array.isArray(value);
}
