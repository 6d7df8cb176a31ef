/**
 * The sites of one module as text. Text is handed to the drain worker at a tenth of what objects cost, goes into the segment as it is, and is
 * taken apart only when somebody asks for a site.
 */
import type { Site, SiteTable, SourceFile } from '#protocol/sites.ts';

export interface PackedSites {
  readonly file: SourceFile;
  /** Id of the first one; they are in the order of their ids, without gaps. */
  readonly firstSite: number;
  readonly count: number;
  /** JSON of the list of sites. */
  readonly text: string;
}

export function unpackSites({ file, text }: PackedSites): SiteTable {
  const sites: unknown = JSON.parse(text);
  return { files: [file], sites: isSites(sites) ? sites : [] };
}

/** JSON of the table. */
export function tableText({ file, text }: PackedSites): string {
  return `{"files":[${JSON.stringify(file)}],"sites":${text}}`;
}

/** The hook wrote it itself. */
function isSites(value: unknown): value is readonly Site[] {
  return Array.isArray(value);
}
