/**
 * The file of the cache: a line that says what it is, a line of JSON with a row for each module, then their texts. Rows are read at once, texts
 * when a module is loaded.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { KeptModule } from './transformCache.ts';

/** A module in the pack. */
export interface PackedModule {
  /** Of its text before it was transformed. */
  readonly sum: number;
  readonly length: number;
  readonly kept: () => KeptModule | null;
}

export interface Pack {
  find(name: string): PackedModule | undefined;
  modules(): Iterable<readonly [string, PackedModule]>;
  /** First id above those of all modules. */
  readonly nextSite: number;
}

export const emptyPack: Pack = { find: () => undefined, modules: () => [], nextSite: 1 };

/** Name, check sum and length of the text; for what was changed also: first site, number of sites, bytes of code, sites and spans, 1 for ASCII. */
type Row = readonly [string, number, number, number?, number?, number?, number?, number?, number?];

/** Largest file, in bytes. */
const mostBytes = 32 * 1024 * 1024;
/** Ids grow with each module that changes. Where they get that large, everything is made again. */
const mostSites = 1 << 20;

/** `undefined` when there is none yet, or it is of no use. */
export function readPack(file: string, version: string): Pack | undefined {
  try {
    if (statSync(file).size > mostBytes) return undefined;
    const bytes = readFileSync(file);
    const headerEnd = bytes.indexOf(10);
    if (bytes.toString('latin1', 0, headerEnd) !== headerOf(version, bytes.subarray(headerEnd + 1))) return undefined;
    const rowsEnd = bytes.indexOf(10, headerEnd + 1);
    const parsed: unknown = JSON.parse(bytes.toString('utf8', headerEnd + 1, rowsEnd));
    return isRows(parsed) ? packOf(parsed, bytes, rowsEnd + 1) : undefined;
  } catch {
    return undefined;
  }
}

/** The header's check sum says that they are what was written. */
function isRows(value: unknown): value is readonly Row[] {
  return Array.isArray(value);
}

function packOf(rows: readonly Row[], bytes: Buffer, start: number): Pack | undefined {
  const modules = new Map<string, PackedModule>();
  let at = start;
  let nextSite = 1;
  for (const row of rows) {
    const [name, sum, length, firstSite = 0, count = 0, code = 0, sites = 0, spans = 0] = row;
    const from = at;
    modules.set(name, { sum, length, kept: () => keptAt(row, bytes, from) });
    at += code + sites + spans;
    nextSite = Math.max(nextSite, firstSite + count);
  }
  if (nextSite > mostSites) return undefined;
  return { find: (name) => modules.get(name), modules: () => modules, nextSite };
}

function keptAt(row: Row, bytes: Buffer, from: number): KeptModule | null {
  const [, , , firstSite, count = 0, code = 0, sites = 0, spans = 0, isAscii] = row;
  if (firstSite === undefined) return null;
  const sitesAt = from + code;
  const spansAt = sitesAt + sites;
  const end = spansAt + spans;
  // Most are, and are read at a fraction of the time.
  const encoding = isAscii === 1 ? 'latin1' : 'utf8';
  return {
    code: bytes.toString(encoding, from, sitesAt),
    firstSite,
    count,
    sites: bytes.toString(encoding, sitesAt, spansAt),
    // A copy, because it must lie at a multiple of four.
    spans: () => new Int32Array(new Uint8Array(bytes.subarray(spansAt, end)).buffer),
  };
}

/** Never throws. */
export function writePack(file: string, version: string, modules: ReadonlyMap<string, PackedModule>): void {
  const temporary = `${file}.${process.pid}.${process.hrtime.bigint()}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const { rows, texts } = packedIn(modules);
    const body = Buffer.concat([Buffer.from(`${JSON.stringify(rows)}\n`), ...texts]);
    writeFileSync(temporary, Buffer.concat([Buffer.from(`${headerOf(version, body)}\n`), body]), { mode: 0o600 });
    renameSync(temporary, file);
  } catch {
    // Without a cache the next start is slower, that is all.
    rmSync(temporary, { force: true });
  }
}

function packedIn(modules: ReadonlyMap<string, PackedModule>): {
  readonly rows: readonly Row[];
  readonly texts: readonly Buffer[];
} {
  const rows: Row[] = [];
  const texts: Buffer[] = [];
  let size = 0;
  for (const [name, { sum, length, kept }] of modules) {
    const module = kept();
    const text = module === null ? Buffer.alloc(0) : textsOf(module);
    size += text.length + name.length + 100;
    if (size > mostBytes / 2) break;
    rows.push(
      module === null ? [name, sum, length] : [name, sum, length, ...figuresOf(module), holdsAscii(module) ? 1 : 0],
    );
    texts.push(text);
  }
  return { rows, texts };
}

function textsOf({ code, sites, spans }: KeptModule): Buffer {
  return Buffer.concat([Buffer.from(code), Buffer.from(sites), Buffer.from(spans().buffer)]);
}

function figuresOf({
  firstSite,
  count,
  code,
  sites,
  spans,
}: KeptModule): readonly [number, number, number, number, number] {
  return [firstSite, count, Buffer.byteLength(code), Buffer.byteLength(sites), spans().byteLength];
}

function holdsAscii({ code, sites }: KeptModule): boolean {
  return Buffer.byteLength(code) === code.length && Buffer.byteLength(sites) === sites.length;
}

function headerOf(version: string, body: Buffer): string {
  return `rubato-cache 2 ${version} ${crc32(body)}`;
}
