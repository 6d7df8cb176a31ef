/** The source map in text that a tool made in memory: nobody could read it again, so it goes with the trace. */
import { contentHash } from '#protocol/contentHash.ts';

/** Longest map that is kept, in code units of its data URL. Text with a longer one has places in what the tool made. */
const mostUnits = 4 * 1024 * 1024;

/**
 * `SourceFile.sourceMap` for text with an inline source map: the map as a data URL, with hashes in place of the sources' texts. `undefined` when
 * there is none, or none that can be read.
 */
export function madeSourceMap(source: string): string | undefined {
  const url = /^\/\/[#@]\s*sourceMappingURL=data:([^,\s]*),(\S*)/.exec(lastComment(source));
  const [, type = '', data = ''] = url ?? [];
  if (url === null || data.length > mostUnits) return undefined;
  try {
    const text = type.endsWith(';base64') ? Buffer.from(data, 'base64').toString() : decodeURIComponent(data);
    return sourceMapUrl(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** From the last comment that names a map. */
function lastComment(source: string): string {
  const at = Math.max(source.lastIndexOf('//# sourceMappingURL='), source.lastIndexOf('//@ sourceMappingURL='));
  return at < 0 ? '' : source.slice(at);
}

/** @param map what stands in a source map, parsed */
function sourceMapUrl(map: unknown): string {
  const { sources, sourcesContent, mappings, sourceRoot }: Record<string, unknown> = { ...Object(map) };
  const texts: readonly unknown[] = Array.isArray(sourcesContent) ? sourcesContent : [];
  const contentHashes = texts.map((text) => (typeof text === 'string' ? contentHash(withoutMark(text)) : null));
  const kept = { version: 3, sources, sourceRoot, mappings, contentHashes };
  return `data:application/json;base64,${Buffer.from(JSON.stringify(kept)).toString('base64')}`;
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
