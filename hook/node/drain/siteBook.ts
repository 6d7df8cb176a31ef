import { frameOf, frameType, maxFrameBytes } from '#protocol/frames.ts';
import type { Site, SiteTable, SourceFile } from '#protocol/sites.ts';
import { tableText, unpackSites, type PackedSites } from '../recorder/packedSites.ts';
import { jsonFrame } from './jsonFrame.ts';

/** All sites of one thread. */
export interface SiteBook {
  /** Every table so far as a `sites` frame; grows. */
  readonly frames: readonly Uint8Array[];
  /** Returns the frames of the new ones. */
  add(table: SiteTable | PackedSites): readonly Uint8Array[];
  /** A site with the path of its file. */
  siteOf(id: number): { readonly site: Site; readonly file: string } | undefined;
}

export function siteBook(): SiteBook {
  const frames: Uint8Array[] = [];
  const sites = new Map<number, Site>();
  const files = new Map<number, string>();
  /** Not looked at yet: hardly any site is asked for. */
  let packed: PackedSites[] = [];

  function learn(table: SiteTable): void {
    for (const site of table.sites) sites.set(site.id, site);
    for (const file of table.files) files.set(file.id, file.path);
  }

  function unpackAll(): void {
    for (const table of packed) learn(unpackSites(table));
    packed = [];
  }

  return {
    frames,
    add(table) {
      const added = framesOf(table);
      frames.push(...added);
      if ('text' in table) packed.push(table);
      else learn(table);
      return added;
    },
    siteOf(id) {
      unpackAll();
      const site = sites.get(id);
      return site === undefined ? undefined : { site, file: files.get(site.file) ?? '' };
    },
  };
}

const encoder = new TextEncoder();

/** One frame for most modules; several where one would be too long. */
function framesOf(table: SiteTable | PackedSites): readonly Uint8Array[] {
  if (!('text' in table)) return framesOfSites(table.files, table.sites);
  if (table.text.length > longestText) return framesOf(unpackSites(table));
  return [frameOf(frameType.sites, encoder.encode(tableText(table)))];
}

/** UTF-16 code units that surely fit into a frame. */
const longestText = maxFrameBytes / 8;

function framesOfSites(files: readonly SourceFile[], sites: readonly Site[]): readonly Uint8Array[] {
  const frame = jsonFrame(frameType.sites, { files, sites });
  if (frame !== undefined && frame.length < maxFrameBytes / 2) return [frame];
  if (sites.length < 2) return [];
  const half = Math.floor(sites.length / 2);
  return [...framesOfSites(files, sites.slice(0, half)), ...framesOfSites([], sites.slice(half))];
}
