/**
 * The file of the cache: a line that says what it is, the texts of the modules, and as JSON a row for each. Rows are read at once, texts
 * when a module is loaded.
 */
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
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
    const start = bytes.indexOf(10) + 1;
    const end = Number(bytes.toString('latin1', start - 1 - numberLength, start - 1));
    const figures = { sum: crc32(bytes.subarray(start)), end };
    if (bytes.toString('latin1', 0, start) !== headerOf(version, figures)) return undefined;
    const parsed: unknown = JSON.parse(bytes.toString('utf8', end));
    return isRows(parsed) ? packOf(parsed, bytes, start) : undefined;
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

/** Writes a pack module by module, because all at once would keep a large program waiting. Its functions throw where the disk does. */
export interface PackWriter {
  /** False when it has no room for more. */
  add(name: string, module: PackedModule): boolean;
  /** Puts it in place of the one before. */
  finish(): void;
  /** Leaves no trace. */
  abandon(): void;
}

export function packWriter(file: string, version: string): PackWriter {
  mkdirSync(dirname(file), { recursive: true });
  removeDrafts(file);
  const temporary = `${file}.${process.pid}.${process.hrtime.bigint()}`;
  const fd = openSync(temporary, 'wx', 0o600);
  const rows: Row[] = [];
  let sum = 0;
  let size = 0;
  let end = writeSync(fd, headerOf(version, { sum: 0, end: 0 }));
  let isOpen = true;

  function append(bytes: Buffer): void {
    sum = crc32(bytes, sum);
    end += writeSync(fd, bytes, 0, bytes.length, end);
  }

  return {
    add(name, { sum: textSum, length, kept }) {
      const module = kept();
      const text = module === null ? Buffer.alloc(0) : textsOf(module);
      size += text.length + name.length + 100;
      if (size > mostBytes / 2) return false;
      rows.push(
        module === null
          ? [name, textSum, length]
          : [name, textSum, length, ...figuresOf(module), holdsAscii(module) ? 1 : 0],
      );
      append(text);
      return true;
    },
    finish() {
      const rowsAt = end;
      append(Buffer.from(JSON.stringify(rows)));
      writeSync(fd, headerOf(version, { sum, end: rowsAt }), 0);
      isOpen = false;
      closeSync(fd);
      renameSync(temporary, file);
    },
    abandon() {
      if (isOpen) closeSync(fd);
      isOpen = false;
      rmSync(temporary, { force: true });
    },
  };
}

/** Of processes that were killed while they wrote. Others may be writing now. */
function removeDrafts(file: string): void {
  const oldest = Date.now() - draftMs;
  for (const name of readdirSync(dirname(file))) {
    const draft = join(dirname(file), name);
    if (name.startsWith(`${basename(file)}.`) && statSync(draft).mtimeMs < oldest) rmSync(draft, { force: true });
  }
}

const draftMs = 600_000;

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

/** Of everything behind the header: its check sum, and where the rows begin. */
interface Figures {
  readonly sum: number;
  readonly end: number;
}

/** Always of one length, so that it can be written last. */
function headerOf(version: string, { sum, end }: Figures): string {
  return `rubato-cache 3 ${version} ${padded(sum)} ${padded(end)}\n`;
}

const numberLength = 10;

function padded(number: number): string {
  return String(number).padStart(numberLength, '0');
}
