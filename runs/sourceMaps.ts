import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { contentHash } from '#protocol/contentHash.ts';

/** Where a position in compiled code comes from. */
export interface OriginalPlace {
  /** Absolute path below the root, forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly fileHash?: string;
}

/** The source map of one file. */
export interface SourceMap {
  /** `undefined`: the map knows nothing there, or names something that does not lie below the root. */
  originalOf(line: number, column: number): OriginalPlace | undefined;
}

const maxGeneratedBytes = 32 * 1024 * 1024;
const maxMapBytes = 32 * 1024 * 1024;
/** Lines and segments: each costs memory whatever the length of the text. */
const maxSegments = 4_000_000;
const maxSources = 20_000;

/**
 * The source map of a file, inline or in a file beside it. `undefined` when there is none that can be used: too large, damaged, or
 * outside the root. No file outside the root is read, whatever the trace says.
 */
export async function loadSourceMap(file: string, mapUrl: string, root: string): Promise<SourceMap | undefined> {
  try {
    const { mapFile, text } = await readMap(file, mapUrl, root);
    const map = text === undefined ? undefined : parseMap(text, mapFile);
    if (map === undefined) return undefined;
    const hashes = await hashesOf(map, root);
    return { originalOf: (line, column) => originalIn(map, hashes, { line, column }) };
  } catch {
    // Missing, unreadable or no map: the generated place is what we have.
    return undefined;
  }
}

/** The map's text, and the file to which the names in it are relative. */
async function readMap(
  file: string,
  mapUrl: string,
  root: string,
): Promise<{ readonly mapFile: string; readonly text: string | undefined }> {
  if (mapUrl.startsWith('data:')) return { mapFile: file, text: inlineMap(`sourceMappingURL=${mapUrl}`) };
  if (mapUrl === 'inline') return { mapFile: file, text: inlineMap(await readInside(file, root, maxGeneratedBytes)) };
  const mapFile = path.posix.join(path.posix.dirname(file), localPath(mapUrl) ?? '\0');
  return { mapFile, text: await readInside(mapFile, root, maxMapBytes) };
}

/** A relative file name; `undefined` for anything that leads to another host or scheme. */
function localPath(url: string): string | undefined {
  if (/^[a-z][a-z\d+.-]*:/i.test(url) || url.startsWith('/') || url.includes('\\') || url.includes('\0'))
    return undefined;
  return decodeURIComponent(url);
}

/** The text of a file that lies below the root, also after links are followed; `undefined` when it does not or is too large. */
async function readInside(file: string, root: string, maxBytes: number): Promise<string | undefined> {
  const real = (await realpath(file)).replaceAll('\\', '/');
  if (!isBelow(real, root)) return undefined;
  const { size } = await stat(real);
  return size > maxBytes ? undefined : readFile(real, 'utf8');
}

/** Both with forward slashes, without `..`. */
export function isBelow(file: string, root: string): boolean {
  return file.startsWith(root.endsWith('/') ? root : `${root}/`);
}

const inlineMark = 'sourceMappingURL=data:';

function inlineMap(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const at = text.lastIndexOf(inlineMark);
  if (at < 0) return undefined;
  const [url = ''] = text.slice(at + inlineMark.length).split(/\s/, 1);
  const comma = url.indexOf(',');
  const data = url.slice(comma + 1);
  if (data.length > maxMapBytes) return undefined;
  return url.slice(0, comma).endsWith(';base64')
    ? Buffer.from(data, 'base64').toString('utf8')
    : decodeURIComponent(data);
}

interface ParsedMap {
  readonly map: TraceMap;
  /** See `SourceFile.sourceMap`. */
  readonly contentHashes: readonly (string | null)[];
  /** Absolute paths by index of the source; `undefined` where it is not a file of this machine. */
  readonly sources: readonly (string | undefined)[];
}

function parseMap(text: string, mapFile: string): ParsedMap | undefined {
  const json: unknown = JSON.parse(text.replace(/^\)\]\}'[^\n]*\n/, ''));
  if (!isSourceMap(json) || json.sources.length > maxSources || segmentsIn(json.mappings) > maxSegments)
    return undefined;
  const map = new TraceMap({ ...json, names: [] });
  // Decodes it now, while a failure still means "no map".
  originalPositionFor(map, { line: 1, column: 0 });
  const sources = json.sources.map((source) =>
    source === null ? undefined : sourceFile(`${json.sourceRoot ?? ''}${slash(json.sourceRoot)}${source}`, mapFile),
  );
  return { map, sources, contentHashes: json.contentHashes ?? [] };
}

function slash(sourceRoot: string | null | undefined): string {
  return sourceRoot === undefined || sourceRoot === null || sourceRoot === '' || sourceRoot.endsWith('/') ? '' : '/';
}

interface PlainMap {
  readonly version: 3;
  readonly sources: readonly (string | null)[];
  readonly sourcesContent?: readonly (string | null)[];
  readonly contentHashes?: readonly (string | null)[];
  readonly sourceRoot?: string | null;
  readonly mappings: string;
}

function isSourceMap(
  value: unknown,
): value is PlainMap & { sources: (string | null)[]; sourcesContent?: (string | null)[]; sourceRoot?: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { version, sources, mappings, sourcesContent, contentHashes, sourceRoot } = {
    version: undefined,
    sources: undefined,
    mappings: undefined,
    sourcesContent: [],
    contentHashes: [],
    sourceRoot: '',
    ...value,
  };
  return (
    version === 3 &&
    typeof mappings === 'string' &&
    isTexts(sources) &&
    isTexts(sourcesContent) &&
    isTexts(contentHashes) &&
    (sourceRoot === null || typeof sourceRoot === 'string')
  );
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => each === null || typeof each === 'string');
}

function segmentsIn(mappings: string): number {
  let count = 0;
  for (let at = 0; at < mappings.length; at += 1) {
    const unit = mappings.charCodeAt(at);
    if (unit === 0x2c || unit === 0x3b) count += 1;
  }
  return count;
}

/** Absolute path of a source; `undefined` for other hosts and schemes. */
function sourceFile(source: string, mapFile: string): string | undefined {
  if (source.startsWith('//') || source.includes('\\') || source.includes('\0')) return undefined;
  if (/^file:\/\/\/[^/]/.test(source)) return path.posix.normalize(decodeURIComponent(new URL(source).pathname));
  if (/^[a-z][a-z\d+.-]+:/i.test(source)) return undefined;
  return source.startsWith('/') ? path.posix.normalize(source) : path.posix.join(path.posix.dirname(mapFile), source);
}

/** Hashes of the sources' texts, as the map holds them or else as they stand on disk. Those outside the root are not there. */
async function hashesOf(
  { map, sources, contentHashes }: ParsedMap,
  root: string,
): Promise<ReadonlyMap<string, string | undefined>> {
  const hashes = new Map<string, string | undefined>();
  for (const [index, file] of sources.entries()) {
    if (file === undefined || !isBelow(file, root)) continue;
    const known = contentHashes[index];
    if (known !== undefined && known !== null) {
      hashes.set(file, known);
      continue;
    }
    const text =
      map.sourcesContent?.[index] ?? (await readInside(file, root, maxGeneratedBytes).catch(() => undefined));
    hashes.set(file, text === undefined ? undefined : contentHash(text.replace(/^\uFEFF/, '')));
  }
  return hashes;
}

function originalIn(
  { map, sources }: ParsedMap,
  hashes: ReadonlyMap<string, string | undefined>,
  { line, column }: { readonly line: number; readonly column: number },
): OriginalPlace | undefined {
  if (line < 1 || column < 1) return undefined;
  const found = originalPositionFor(map, { line, column: column - 1 });
  if (found.source === null) return undefined;
  const file = sources[map.resolvedSources.indexOf(found.source)];
  if (file === undefined || !hashes.has(file)) return undefined;
  const fileHash = hashes.get(file);
  return { file, line: found.line, column: found.column + 1, ...(fileHash === undefined ? {} : { fileHash }) };
}
