/**
 * What earlier processes of the project transformed, so that starting a program costs no parsing again: one file in `.rubato/cache/`, read at once and
 * replaced at once. A file that is not what it should be counts as none. Processes that write at the same time overwrite each other;
 * what one of them loses is made again.
 */
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { emptyPack, packWriter, readPack, type Pack, type PackedModule, type PackWriter } from './transformPack.ts';

/** A transformed module, as it is kept. Its ids are those under which it was made: each module of the cache has its own. */
export interface KeptModule {
  readonly code: string;
  readonly firstSite: number;
  /** How many sites there are, and what they are: see `PackedSites`. */
  readonly count: number;
  readonly sites: string;
  /** See `Insertions`; seldom asked for. */
  readonly spans: () => Int32Array;
}

/** A module before it is transformed. */
export interface CacheKey {
  readonly path: string;
  readonly kind: KeptKind;
  /** Check sum and length of its text. */
  readonly sum: number;
  readonly length: number;
}

/**
 * What the text was taken for. The same text stands for different modules: a tool that strips types is handed what Node would strip itself, and
 * then it is no JavaScript.
 */
export type KeptKind = 'module' | 'commonjs' | 'stripped module' | 'stripped commonjs';

/** `null`: nothing to insert. */
export interface TransformCache {
  find(key: CacheKey): KeptModule | null | undefined;
  add(key: CacheKey, kept: KeptModule | null): void;
  /** First id above those of all modules. */
  nextSite(): number;
  /** Writes what is new, some of it in each turn of the event loop. Never throws, and keeps no program alive. */
  saveSoon(): void;
  /** Writes what is new before it returns. Never throws. */
  save(): void;
}

export function cacheKey(path: string, kind: KeptKind, source: string): CacheKey {
  return { path, kind, sum: crc32(source), length: source.length };
}

const nextTurn = setImmediate;
const now = performance.now.bind(performance);
/** Of the program's time at once, ms. */
const sliceMs = 2;

/** @param version whatever else the result depends on */
export function openTransformCache(file: string, version: string): TransformCache {
  const pack = readPack(file, version) ?? emptyPack;
  const packFile = (): PackWriter => packWriter(file, version);
  const added = new Map<string, PackedModule>();
  let next = pack.nextSite;
  let hasNew = false;
  let saving: Saving | undefined;

  function find(key: CacheKey): PackedModule | undefined {
    const known = added.get(nameOf(key)) ?? pack.find(nameOf(key));
    return known?.sum === key.sum && known.length === key.length ? known : undefined;
  }

  return {
    find: (key) => find(key)?.kept(),
    add(key, kept) {
      const { sum, length } = key;
      added.set(nameOf(key), { sum, length, kept: () => kept });
      if (kept !== null) next = Math.max(next, kept.firstSite + kept.count);
      hasNew = true;
    },
    nextSite: () => next,
    saveSoon() {
      if (!hasNew || saving !== undefined) return;
      hasNew = false;
      saving = startSaving(packFile, modulesOf(added, pack));
      const go = (): void => {
        if (saving?.goOn(now() + sliceMs) === true) nextTurn(go).unref();
        else saving = undefined;
      };
      go();
    },
    save() {
      if (saving !== undefined) hasNew = true;
      saving?.abandon();
      saving = undefined;
      if (!hasNew) return;
      hasNew = false;
      startSaving(packFile, modulesOf(added, pack)).goOn(Number.POSITIVE_INFINITY);
    },
  };
}

/** A pack that is being written. Without a cache the next start is slower, that is all: nothing here throws. */
interface Saving {
  /** Writes until that time; true while there is more. */
  goOn(until: number): boolean;
  abandon(): void;
}

function startSaving(open: () => PackWriter, modules: ReadonlyMap<string, PackedModule>): Saving {
  let writer: PackWriter | undefined;
  const rest = modules.entries();
  const abandon = (): void => {
    try {
      writer?.abandon();
    } catch {
      // A file of ours stays behind; the next start does not look at it.
    }
  };
  return {
    abandon,
    goOn(until) {
      try {
        writer ??= open();
        do {
          const { value, done } = rest.next();
          if (done !== true && writer.add(...value)) continue;
          writer.finish();
          return false;
        } while (now() < until);
        return true;
      } catch {
        abandon();
        return false;
      }
    },
  };
}

/** What this program did not load may belong to another one, or to yesterday's text: it comes last, and is kept while there is room. */
function modulesOf(added: ReadonlyMap<string, PackedModule>, pack: Pack): ReadonlyMap<string, PackedModule> {
  const others = [...pack.modules()].filter(([name]) => !added.has(name));
  return new Map([...added, ...others]);
}

function nameOf({ path, kind }: CacheKey): string {
  return `${letters[kind]} ${path}`;
}

const letters: Readonly<Record<KeptKind, string>> = {
  module: 'm',
  commonjs: 'c',
  'stripped module': 'n',
  'stripped commonjs': 'd',
};

/** Its place, for a run's folder `.rubato/runs/<name>`. Each version of Node has its own, since they know different syntax. */
export function cacheFile(runFolder: string): string {
  return join(runFolder, '..', '..', 'cache', `transforms-${process.version}`);
}
