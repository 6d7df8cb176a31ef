import { frameType, maxFrameBytes } from '#protocol/frames.ts';
import type { Site, SiteTable, SourceFile } from '#protocol/sites.ts';
import { jsonFrame } from './jsonFrame.ts';

/** All sites of one thread. */
export interface SiteBook {
  /** Every table so far as a `sites` frame; grows. */
  readonly frames: readonly Uint8Array[];
  /** Returns the frames of the new ones. */
  add(table: SiteTable): readonly Uint8Array[];
  /** A site with the path of its file. */
  siteOf(id: number): { readonly site: Site; readonly file: string } | undefined;
}

export function siteBook(): SiteBook {
  const frames: Uint8Array[] = [];
  const sites = new Map<number, Site>();
  const files = new Map<number, string>();
  return {
    frames,
    add(table) {
      for (const site of table.sites) sites.set(site.id, site);
      for (const file of table.files) files.set(file.id, file.path);
      const added = framesOf(table.files, table.sites);
      frames.push(...added);
      return added;
    },
    siteOf(id) {
      const site = sites.get(id);
      return site === undefined ? undefined : { site, file: files.get(site.file) ?? '' };
    },
  };
}

/** One frame for most modules; several where one would be too long. */
function framesOf(files: readonly SourceFile[], sites: readonly Site[]): readonly Uint8Array[] {
  const frame = jsonFrame(frameType.sites, { files, sites });
  if (frame !== undefined && frame.length < maxFrameBytes / 2) return [frame];
  if (sites.length < 2) return [];
  const half = Math.floor(sites.length / 2);
  return [...framesOf(files, sites.slice(0, half)), ...framesOf([], sites.slice(half))];
}
