import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { originalPositionFor, sourceContentFor, TraceMap } from '@jridgewell/trace-mapping';
import { insertionMark, originalText } from '#protocol/insertions.ts';
import { lineText, textLines } from '#analysis/textLines.ts';
import { isWithin, relativePath, toFilePath } from '#workspace/paths.ts';
import { awaitText } from './awaitText.ts';
import type { ScriptPlace } from './heapGraph.ts';
import type { Script } from './picture.ts';

/** A place as people look for it. */
export interface SourcePlace {
  /** Relative to the current folder where it is below it, else as long as needed; of the source that people edit. Forward slashes. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** What is awaited there, in one line; absent when the source is not at hand or not the one that runs. */
  readonly code?: string;
}

export interface SourceOptions {
  readonly cwd: string;
  /** Files changed after this may say something else than what runs; ms since 1970. */
  readonly startedAt: number;
}

/** Shows places of scripts as places of sources: source maps are followed, URLs become paths. */
export function sourcePlaces(
  scripts: ReadonlyMap<string, Script>,
  options: SourceOptions,
): (place: ScriptPlace) => SourcePlace {
  const known = new Map<string, SourcePlace>();
  const maps = new Map<string, TraceMap | undefined>();
  const mapOf = (scriptId: string): TraceMap | undefined => {
    if (!maps.has(scriptId)) maps.set(scriptId, sourceMapOf(scripts.get(scriptId)));
    return maps.get(scriptId);
  };
  return (place) => {
    const key = `${place.scriptId}:${place.line}:${place.column}`;
    const found =
      known.get(key) ?? resolve({ place, script: scripts.get(place.scriptId), map: mapOf(place.scriptId) }, options);
    known.set(key, found);
    return found;
  };
}

interface Unresolved {
  readonly place: ScriptPlace;
  readonly script: Script | undefined;
  readonly map: TraceMap | undefined;
}

function resolve({ place: running, script, map }: Unresolved, { cwd, startedAt }: SourceOptions): SourcePlace {
  const url = script?.url ?? '';
  const { place, text: authored } = withoutInsertions(running, script?.text);
  const original =
    map === undefined ? undefined : originalPositionFor(map, { line: place.line + 1, column: place.column });
  if (map === undefined || original === undefined || original.source === null)
    return placed({ file: shownFile(url, cwd), ...place, text: authored });
  const text = sourceContentFor(map, original.source) ?? readOlder(original.source, startedAt);
  const { line, column } = original;
  return placed({ file: shownFile(original.source, cwd), line: line - 1, column, text: text ?? undefined });
}

/** A program that `rubato run` started runs with more than its author wrote; the lines are the same. */
function withoutInsertions(
  place: ScriptPlace,
  text: string | undefined,
): { place: ScriptPlace; text: string | undefined } {
  if (text?.includes(insertionMark) !== true) return { place, text };
  const before = lineText(textLines(text), place.line).slice(0, place.column);
  return { place: { ...place, column: originalText(before).length }, text: originalText(text) };
}

function placed({
  file,
  line,
  column,
  text,
}: Omit<ScriptPlace, 'scriptId'> & { file: string; text: string | undefined }): SourcePlace {
  const code = text === undefined ? '' : awaitText(lineText(textLines(text), line), column);
  return { file, line: line + 1, column: column + 1, ...(code !== '' && { code }) };
}

function shownFile(url: string, cwd: string): string {
  if (url === '') return '(evaluated code)';
  const file = filePath(url);
  if (file === undefined) return url;
  return isWithin(cwd, file) ? relativePath(cwd, file) : file;
}

/** `undefined` for what is no file. */
function filePath(url: string): string | undefined {
  if (/^(?:\/|[a-z]:[\\/])/i.test(url)) return toFilePath('/', url);
  if (!url.startsWith('file:')) return undefined;
  try {
    return toFilePath('/', fileURLToPath(url));
  } catch {
    // A path of another kind of system.
    return undefined;
  }
}

/** The text of a file that has not changed since the program started. */
function readOlder(url: string, startedAt: number): string | undefined {
  const file = filePath(url);
  try {
    return file === undefined || statSync(file).mtimeMs > startedAt ? undefined : readFileSync(file, 'utf8');
  } catch {
    // Sources are often not shipped: the place alone must do.
    return undefined;
  }
}

/** The map that a script names, beside it or inside it. */
function sourceMapOf(script: Script | undefined): TraceMap | undefined {
  const base = script === undefined ? undefined : filePath(script.url);
  if (script === undefined || base === undefined || script.sourceMapUrl === '') return undefined;
  try {
    const url = new URL(script.sourceMapUrl, script.url.includes('://') ? script.url : `file://${base}`);
    if (url.protocol === 'data:') return new TraceMap(dataOf(url), script.url);
    return url.protocol === 'file:' ? new TraceMap(readFileSync(url, 'utf8'), url.href) : undefined;
  } catch {
    // Missing or broken: the place in the compiled code is still right.
    return undefined;
  }
}

function dataOf({ href }: URL): string {
  const comma = href.indexOf(',');
  const body = href.slice(comma + 1);
  return href.slice(0, comma).endsWith(';base64')
    ? Buffer.from(body, 'base64').toString('utf8')
    : decodeURIComponent(body);
}
