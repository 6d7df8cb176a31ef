import { lstat } from 'node:fs/promises';
import { parse, type ParseError } from 'jsonc-parser';
import type { FilePath } from '#analysis/finding.ts';
import { isWithin, parentOf, toFilePath, upward } from './paths.ts';
import { readSmallFile } from './readSmallFile.ts';
import { remember } from './remember.ts';
import { isRepositoryRoot } from './repository.ts';

/** Finds the tsconfig files that may own a file. Each is read once. */
export interface Tsconfigs {
  /**
   * Candidates, best first: the nearest tsconfig.json or jsconfig.json, the projects it references, then the same further up, to the root of
   * the repository. Whether one really owns the file only a compiler can tell. Circles of references end.
   */
  candidates(file: FilePath): Promise<readonly FilePath[]>;
  /** What is wrong with configurations that were read, one note each. Grows with the questions. */
  readonly notes: ReadonlyMap<FilePath, string>;
}

export function tsconfigs(): Tsconfigs {
  const notes = new Map<FilePath, string>();
  const read = remember((file) => readTsconfig(file, notes));
  const inFolder = remember(async (folder) => [...(await projectsFrom(read, await nearestIn(read, folder)))]);
  const isRoot = remember(isRepositoryRoot);
  return {
    notes,
    async candidates(file) {
      const found: FilePath[] = [];
      for (const folder of upward(parentOf(file))) {
        for (const [config, tsconfig] of await inFolder(folder)) if (mayOwn(config, tsconfig, file)) found.push(config);
        if (await isRoot(folder)) break;
      }
      return [...new Set(found)];
    },
  };
}

/** What we need to know of a tsconfig without a compiler. */
interface Tsconfig {
  /** Paths of referenced configurations; they may not exist. */
  readonly references: readonly FilePath[];
  /** Only there for its references. */
  readonly isEmpty: boolean;
  /** Names files outside of its folder. */
  readonly reachesOut: boolean;
}

type Read = (file: FilePath) => Promise<Tsconfig | undefined>;

async function nearestIn(read: Read, folder: FilePath): Promise<FilePath | undefined> {
  for (const name of ['tsconfig.json', 'jsconfig.json']) {
    const file = toFilePath(folder, name);
    if ((await read(file)) !== undefined) return file;
  }
  return undefined;
}

/** A configuration and all it references, breadth first, each once. */
async function projectsFrom(read: Read, start: FilePath | undefined): Promise<ReadonlyMap<FilePath, Tsconfig>> {
  const found = new Map<FilePath, Tsconfig>();
  const queue = start === undefined ? [] : [start];
  for (const file of queue) {
    const tsconfig = found.has(file) ? undefined : await read(file);
    if (tsconfig === undefined) continue;
    found.set(file, tsconfig);
    queue.push(...tsconfig.references);
  }
  return found;
}

/** Most references lead to other folders: opening each of them to see that it does not own the file would take minutes. */
function mayOwn(config: FilePath, tsconfig: Tsconfig, file: FilePath): boolean {
  return !tsconfig.isEmpty && (tsconfig.reachesOut || isWithin(parentOf(config), file));
}

async function readTsconfig(file: FilePath, notes: Map<FilePath, string>): Promise<Tsconfig | undefined> {
  const content = await readContent(file);
  if (content === 'missing') return undefined;
  if (typeof content === 'string') {
    notes.set(file, `${content}: its files are judged with default options`);
    return undefined;
  }
  const flaw = await extendsFlaw(file, content, []);
  if (flaw !== undefined) notes.set(file, `${flaw}: the options from there are missing`);
  return tsconfigOf(file, content);
}

/** Parsed content, or why there is none. */
async function readContent(file: FilePath): Promise<object | string> {
  const text = await readSmallFile(file);
  if (text !== undefined) return parseObject(text) ?? 'is not valid JSON with comments';
  const stats = await lstat(file).catch(() => undefined);
  return stats === undefined || stats.isDirectory() ? 'missing' : 'cannot be read';
}

function parseObject(text: string): object | undefined {
  const errors: ParseError[] = [];
  try {
    const content: unknown = parse(text, errors, { allowTrailingComma: true });
    return errors.length === 0 && typeof content === 'object' && content !== null ? content : undefined;
  } catch {
    // Nested so deeply that the parser ran out of stack.
    return undefined;
  }
}

/** Follows `extends` as far as it leads to files; packages are left to the compiler. */
async function extendsFlaw(file: FilePath, content: object, above: readonly FilePath[]): Promise<string | undefined> {
  const trail = [...above, file];
  for (const written of [valueAt(content, 'extends') ?? []].flat()) {
    if (typeof written !== 'string' || !/^(?:\.|\/)/.test(written)) continue;
    const base = toFilePath(parentOf(file), written.endsWith('.json') ? written : `${written}.json`);
    if (trail.includes(base)) return `"extends": "${written}" leads back to itself`;
    const next = await readContent(base);
    const flaw =
      typeof next === 'string'
        ? `"extends": "${written}" ${next === 'missing' ? 'does not exist' : next}`
        : await extendsFlaw(base, next, trail);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function tsconfigOf(file: FilePath, content: object): Tsconfig {
  const folder = parentOf(file);
  const references = listAt(content, 'references').flatMap((reference) => pathOf(reference) ?? []);
  const patterns = [...listAt(content, 'files'), ...listAt(content, 'include')];
  return {
    references: references.map((path) => toFilePath(folder, path.endsWith('.json') ? path : `${path}/tsconfig.json`)),
    isEmpty: 'files' in content && patterns.length === 0 && !('extends' in content),
    reachesOut: patterns.some((pattern) => typeof pattern === 'string' && /^(?:\.\.|\/|[a-z]:)/i.test(pattern)),
  };
}

function pathOf(reference: unknown): string | undefined {
  const path = typeof reference === 'object' && reference !== null ? valueAt(reference, 'path') : undefined;
  return typeof path === 'string' ? path : undefined;
}

function listAt(content: object, key: string): readonly unknown[] {
  const list = valueAt(content, key);
  return Array.isArray(list) ? list : [];
}

function valueAt(content: object, key: string): unknown {
  return Object.hasOwn(content, key) ? Reflect.get(content, key) : undefined;
}
