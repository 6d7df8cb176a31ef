import path from 'node:path';
import type { TraceModel } from '#trace/model.ts';
import type { Resolve, SourcePlace } from '#trace/sourcePlace.ts';
import { isBelow, loadSourceMap, type SourceMap } from './sourceMaps.ts';

/** Source maps of one trace at most. */
const maxMaps = 2000;

/** Loads the source maps a trace names, and tells where its places lie for people. `root`: absolute, forward slashes. Throws nothing. */
export async function resolverOf({ places }: TraceModel, root: string): Promise<Resolve> {
  const urls = new Map<string, string>();
  for (const { file, sourceMap } of places) {
    if (sourceMap !== undefined && urls.size < maxMaps) urls.set(path.posix.normalize(file), sourceMap);
  }
  const maps = new Map<string, SourceMap>();
  for (const [file, url] of urls) {
    const map = isBelow(file, root) ? await loadSourceMap(file, url, root) : undefined;
    if (map !== undefined) maps.set(file, map);
  }
  return (file, line, column) => placeIn(root, maps, { file, line, column });
}

function placeIn(
  root: string,
  maps: ReadonlyMap<string, SourceMap>,
  { file, line, column }: { readonly file: string; readonly line: number; readonly column: number },
): SourcePlace {
  if (file === '' || file.startsWith('node:')) return { file, line, column, isInside: false };
  const plain = path.posix.normalize(file.startsWith('file:///') ? file.slice('file://'.length) : file);
  const original = maps.get(plain)?.originalOf(line, column);
  if (original === undefined) return { ...named(plain, root), line, column };
  const { fileHash } = original;
  return {
    ...named(original.file, root),
    line: original.line,
    column: original.column,
    ...(fileHash === undefined ? {} : { fileHash }),
  };
}

function named(file: string, root: string): Pick<SourcePlace, 'file' | 'isInside'> {
  if (isBelow(file, root)) return { file: file.slice(root.length).replace(/^\/+/, ''), isInside: true };
  const parts = file.split(/[/\\]/).filter((part) => part !== '' && part !== '..' && part !== '.');
  return { file: `…/${parts.slice(-2).join('/')}`, isInside: false };
}
