import path from 'node:path';
import type { TraceModel } from '#trace/model.ts';
import type { Resolve, SourcePlace } from '#trace/sourcePlace.ts';
import { isBelow, loadSourceMap, type SourceMap } from './sourceMaps.ts';

/** Source maps of one trace at most. */
const maxMaps = 2000;

/** Tells where the places of a trace lie for people, also of one that grows. */
export interface PlaceResolver {
  readonly resolve: Resolve;
  /** Loads the source maps of places that the model has gained; until then they stand where the compiled code is. Throws nothing. */
  readonly readFrom: (model: TraceModel) => Promise<void>;
}

/** `root`: absolute, forward slashes. */
export function placeResolver(root: string): PlaceResolver {
  const maps = new Map<string, SourceMap>();
  const known = new Set<string>();
  let seen = 0;
  return {
    resolve: (file, line, column) => placeIn(root, maps, { file, line, column }),
    async readFrom({ places }) {
      for (; seen < places.length && known.size < maxMaps; seen += 1) {
        const { file = '', sourceMap } = places[seen] ?? {};
        const plain = path.posix.normalize(file);
        if (sourceMap === undefined || known.has(plain)) continue;
        known.add(plain);
        const map = isBelow(plain, root) ? await loadSourceMap(plain, sourceMap, root) : undefined;
        if (map !== undefined) maps.set(plain, map);
      }
    },
  };
}

/** Loads the source maps a trace names, and tells where its places lie for people. `root`: absolute, forward slashes. Throws nothing. */
export async function resolverOf(model: TraceModel, root: string): Promise<Resolve> {
  const { resolve, readFrom } = placeResolver(root);
  await readFrom(model);
  return resolve;
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
