import type { Site, SiteTable } from '#protocol/sites.ts';
import { longerWords } from './growable.ts';
import type { Place } from './model.ts';

/** Sites above it are unknown places: a word has room for more than any program has, and hostile traces use it. */
export const maxSiteId = (1 << 20) - 1;
const maxPlaces = 1 << 20;

const unknownPlace: Place = { kind: 'unknown', file: '', line: 0, column: 0, label: '', owner: 0, offset: 0 };

/** The places of all threads. */
export interface PlaceTable {
  readonly places: Place[];
  readonly byKey: Map<string, number>;
}

/** Which place each site of one thread is. */
export interface SiteNumbers {
  placeOf: Uint32Array;
  readonly files: Map<number, { readonly path: string; readonly sourceMap?: string }>;
}

export function placeTable(): PlaceTable {
  return { places: [unknownPlace], byKey: new Map() };
}

export function siteNumbers(): SiteNumbers {
  return { placeOf: new Uint32Array(256), files: new Map() };
}

/** Adds the sites of one module. A site that the thread has already is left as it is: later segments repeat the table. */
export function addSites(table: PlaceTable, numbers: SiteNumbers, { files, sites }: SiteTable): void {
  for (const { id, path, sourceMap } of files) {
    if (!numbers.files.has(id)) numbers.files.set(id, { path, ...(sourceMap === undefined ? {} : { sourceMap }) });
  }
  const fresh = sites.filter((site) => number(table, numbers, site));
  // Owners stand in the same table, before or behind.
  for (const site of fresh) {
    const place = numbers.placeOf[site.id] ?? 0;
    if (table.places[place] === undefined) table.places[place] = describe(numbers, site);
  }
}

/** Gives a site its place; false when it has one. */
function number(table: PlaceTable, numbers: SiteNumbers, site: Site): boolean {
  const { id } = site;
  if (!Number.isInteger(id) || id < 1 || id > maxSiteId || (numbers.placeOf[id] ?? 0) !== 0) return false;
  if (id >= numbers.placeOf.length) {
    numbers.placeOf = longerWords(numbers.placeOf, Math.min(maxSiteId + 1, Math.ceil(id * 1.5)));
  }
  const file = numbers.files.get(site.file)?.path ?? '';
  const key = [file, site.line, site.column, site.kind, site.hash ?? '', site.label].join('\n');
  const known = table.byKey.get(key);
  if (known !== undefined) {
    numbers.placeOf[id] = known;
    return false;
  }
  const place = table.byKey.size + 1;
  if (place >= maxPlaces) return false;
  table.byKey.set(key, place);
  numbers.placeOf[id] = place;
  return true;
}

function describe(numbers: SiteNumbers, site: Site): Place {
  const file = numbers.files.get(site.file);
  return {
    kind: site.kind,
    file: file?.path ?? '',
    ...(file?.sourceMap === undefined ? {} : { sourceMap: file.sourceMap }),
    line: site.line,
    column: site.column,
    label: site.label,
    owner: numbers.placeOf[site.owner] ?? 0,
    offset: site.offset,
    ...(site.hash === undefined ? {} : { hash: site.hash }),
  };
}
