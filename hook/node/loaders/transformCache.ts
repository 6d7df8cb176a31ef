/**
 * What earlier processes of the project transformed, so that starting a program costs no parsing again: one file in `.rubato/cache/`, read at once and
 * replaced at once. A file that is not what it should be counts as none. Processes that write at the same time overwrite each other;
 * what one of them loses is made again.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { InsertionTemplate } from './insertionTemplate.ts';

/** Key: see `cacheKey`. `null`: nothing to insert. */
export interface TransformCache {
  find(key: string): InsertionTemplate | null | undefined;
  add(key: string, template: InsertionTemplate | null): void;
  /** Writes what is new. Never throws. */
  save(): void;
}

/** Of one module: another text, path or format has another key. */
export function cacheKey(path: string, format: string, source: string): string {
  return `${crc32(source).toString(36)}.${source.length.toString(36)}.${format === 'module' ? 'm' : 'c'} ${path}`;
}

/** @param version whatever else the result depends on */
export function openTransformCache(file: string, version: string): TransformCache {
  const known = readPack(file, version);
  const used = new Map<string, InsertionTemplate | null>();
  let hasNew = false;
  return {
    find(key) {
      const entry = known.get(key);
      if (entry !== undefined) used.set(key, entry);
      return entry;
    },
    add(key, template) {
      known.set(key, template);
      used.set(key, template);
      hasNew = true;
    },
    save() {
      if (!hasNew) return;
      hasNew = false;
      // What this program did not load may belong to another one, or to yesterday's text: kept while there is room.
      writePack(file, version, new Map([...used, ...[...known].filter(([key]) => !used.has(key))]));
    },
  };
}

/** Largest file, in UTF-16 code units. */
const mostUnits = 32 * 1024 * 1024;

type Entry = readonly [string, InsertionTemplate | null];

function readPack(file: string, version: string): Map<string, InsertionTemplate | null> {
  try {
    if (statSync(file).size > mostUnits) return new Map();
    const text = readFileSync(file, 'utf8');
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    if (text.slice(0, end) !== headerOf(version, body)) return new Map();
    const entries: unknown = JSON.parse(body);
    return new Map(isEntries(entries) ? entries : []);
  } catch {
    // There is none yet, or it is damaged.
    return new Map();
  }
}

/** The header's check sum says that it is what was written. */
function isEntries(value: unknown): value is readonly Entry[] {
  return Array.isArray(value);
}

function writePack(file: string, version: string, entries: ReadonlyMap<string, InsertionTemplate | null>): void {
  const temporary = `${file}.${process.pid}.${process.hrtime.bigint()}`;
  try {
    const body = packBody(entries);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(temporary, `${headerOf(version, body)}\n${body}`, { mode: 0o600 });
    renameSync(temporary, file);
  } catch {
    // Without a cache the next start is slower, that is all.
    rmSync(temporary, { force: true });
  }
}

function packBody(entries: ReadonlyMap<string, InsertionTemplate | null>): string {
  const parts: string[] = [];
  let units = 0;
  for (const entry of entries) {
    const part = JSON.stringify(entry);
    units += part.length + 2;
    if (units > mostUnits / 4) break;
    parts.push(part);
  }
  return `[${parts.join(',\n')}]`;
}

function headerOf(version: string, body: string): string {
  return `rubato-cache 1 ${version} ${crc32(body)}`;
}

/** Its place, for a run's folder `.rubato/runs/<name>`. Each version of Node has its own, since they know different syntax. */
export function cacheFile(runFolder: string): string {
  return join(runFolder, '..', '..', 'cache', `transforms-${process.version}`);
}
