import type { FilePath } from '#analysis/finding.ts';
import { FileChangeType, type FileEvent } from 'vscode-languageserver';
import { pathOfUri } from './fileUris.ts';

/** Globs of the files whose changes on disk matter. */
export const watchedGlobs: readonly string[] = [
  '**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}',
  '**/{tsconfig,jsconfig}*.json',
  '**/rubato.jsonc',
  '**/package.json',
  '**/.rubato/evidence.json',
  // Of a folder that comes or goes as a whole, watchers may not tell what is in it.
  '**/.rubato',
];

/** What a batch of file events means for the analysis. */
export interface DiskChanges {
  /** Files with new content. */
  readonly changed: readonly FilePath[];
  /** Settings changed, or files came or went: the projects must be opened anew. */
  readonly isStructural: boolean;
  /** A run has left what it showed. */
  readonly hasEvidence: boolean;
}

/** Sorts out a batch of events. Installed packages are left out: an installation would mean thousands of events about nothing. */
export function diskChanges(events: readonly FileEvent[]): DiskChanges {
  const relevant = events.flatMap(({ uri, type }) => {
    const path = pathOfUri(uri);
    return path === undefined || path.includes('/node_modules/') ? [] : [{ path, type }];
  });
  const sources = relevant.filter(({ path }) => !isEvidence(path));
  return {
    changed: sources.map(({ path }) => path),
    isStructural: sources.some(({ path, type }) => type !== FileChangeType.Changed || /\.jsonc?$/.test(path)),
    hasEvidence: sources.length < relevant.length,
  };
}

function isEvidence(path: FilePath): boolean {
  return path.endsWith('/.rubato') || path.endsWith('/.rubato/evidence.json');
}
