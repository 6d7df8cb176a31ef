/**
 * Some runners keep the source map of what they compiled to themselves (Vitest since 5), and show stacks by it. So places are asked for like
 * a stack, and what comes back is put down as a source map.
 */
import { readFileSync } from 'node:fs';
import { contentHash } from '#protocol/contentHash.ts';
import { programsPrepare } from '../positions/stackTraces.ts';
import { madePlace } from './madePlace.ts';
import { mappingsOf, type Mapping } from './mappings.ts';

/** A place; line from 1, column from 1. */
export interface GeneratedPlace {
  readonly line: number;
  readonly column: number;
}

/**
 * `SourceFile.sourceMap` of a script, good for these places and the lines they stand on; `undefined` when nobody maps it. The function that the
 * program has put into `Error.prepareStackTrace` answers.
 */
export function askedSourceMap(name: string, places: readonly GeneratedPlace[]): string | undefined {
  const prepare = programsPrepare();
  if (prepare === undefined || places.length === 0) return undefined;
  try {
    const sorted = places.toSorted((a, b) => a.line - b.line || a.column - b.column);
    const text: unknown = prepare(
      new Error(),
      sorted.map((place) => madePlace(name, place)),
    );
    const frames = String(text).split('\n').slice(-sorted.length);
    const found = frames.map((frame) => /(?:^| |\()([^()\s][^()]*):(\d+):(\d+)\)?$/.exec(frame.replace(/^\s*at /, '')));
    const mappings = sorted.flatMap((place, at): readonly Mapping[] => {
      const [, source = '', line, column] = found[at] ?? [];
      return source === '' ? [] : [{ ...place, source, sourceLine: Number(line), sourceColumn: Number(column) }];
    });
    return mappings.every(isSame(name)) ? undefined : mapUrl(mappings);
  } catch {
    return undefined;
  }
}

function isSame(name: string): (mapping: Mapping) => boolean {
  return ({ source, line, column, sourceLine, sourceColumn }) =>
    source === name && line === sourceLine && column === sourceColumn;
}

function mapUrl(mappings: readonly Mapping[]): string {
  const sources = [...new Set(mappings.map(({ source }) => source))];
  const contentHashes = sources.map(hashOf);
  const map = { version: 3, sources, mappings: mappingsOf(mappings, sources), contentHashes };
  return `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
}

function hashOf(file: string): string | null {
  try {
    return contentHash(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
}
