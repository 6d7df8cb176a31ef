import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { HookContext, TransformModule, TransformOptions } from '../contracts.ts';
import type { ChangedFile, ChangedFiles } from '../positions/changedFiles.ts';
import type { GeneratedPlace } from './askedSourceMap.ts';
import { madeSourceMap } from './madeSourceMap.ts';
import { sourceMapComment } from './sourceMapComment.ts';
import { cacheKey, type KeptModule, type TransformCache } from './transformCache.ts';

/** A module as a loader has it. */
export interface LoadedModule {
  /** Absolute path, native slashes. */
  readonly path: string;
  /** Where it has one: with its query. */
  readonly url?: string;
  /** `undefined` where Node finds out by compiling: `.js` in a package that names no type. */
  readonly format: 'module' | 'commonjs' | undefined;
  /** What Node would compile. */
  readonly source: string;
  /** See `TransformOptions.authored`. */
  readonly authored?: string;
  /** Makes `source` again from the text in the file. Absent: it is that text. A string: a tool made it, and nobody could make it again. */
  readonly remake?: string | ((text: string) => string);
  /** For what runs through `node:vm`. */
  readonly script?: VmScript;
}

/** A script of `node:vm`. */
export interface VmScript {
  /** As V8 names it. */
  readonly name: string;
  /** Column in stacks of its first character, from 0. */
  readonly shift: number;
  /** `SourceFile.sourceMap`, good for these places, where the text itself has none. */
  readonly sourceMap: (name: string, places: readonly GeneratedPlace[]) => string | undefined;
}

/** The text to compile instead; `undefined` to go on with the original. Never throws. */
export type ModuleTransformer = (module: LoadedModule) => string | undefined;

export interface TransformerParts {
  readonly ctx: HookContext;
  readonly transform: TransformModule;
  readonly files: ChangedFiles;
  readonly cache: TransformCache;
}

/** Joins the transform with its cache, the site table and the memory for positions. A fault turns it off for good. */
export function moduleTransformer({ ctx, transform, files, cache }: TransformerParts): ModuleTransformer {
  let isOff = false;
  const changed = (module: LoadedModule, format: 'module' | 'commonjs'): string | undefined => {
    const kept = keptModule(module, format);
    if (kept === null) return undefined;
    const { path } = module;
    const { firstSite, count } = kept;
    // A module has no other number.
    const id = firstSite;
    const sourceMap = sourceMapOf(module, kept);
    const name = nameOf(module, format);
    const isCompiled = sourceMap !== undefined;
    const shift = module.script?.shift ?? 0;
    files.remember(new KeptFile({ id, name, format, isCompiled, shift }, kept, textAgain(module)));
    const file = { id, path: path.replaceAll('\\', '/'), ...(sourceMap === undefined ? {} : { sourceMap }) };
    ctx.recorder.addSites({ file, firstSite, count, text: kept.sites });
    return kept.code;
  };
  /** Ids of modules that were loaded: the same text comes twice under two URLs, and must get others then. */
  const used = new Set<number>();
  const keptModule = (module: LoadedModule, format: 'module' | 'commonjs'): KeptModule | null => {
    const key =
      module.authored === undefined
        ? cacheKey(module.path, format, module.source)
        : cacheKey(module.path, `stripped ${format}`, module.authored);
    const known = cache.find(key);
    if (known === null) return null;
    if (known !== undefined && !used.has(known.firstSite)) {
      used.add(known.firstSite);
      return known;
    }
    const firstSite = Math.max(ctx.recorder.nextSite, cache.nextSite());
    const made = transformed(transform, module, { format, firstSite });
    if (known === undefined) cache.add(key, made);
    if (made !== null) used.add(firstSite);
    return made;
  };
  /** Scripts run again in each realm of a runner, and are what they were. */
  const scripts = new Map<string, string | undefined>();
  const again = (module: LoadedModule, script: VmScript): string | undefined => {
    const { sum, length } = cacheKey(module.path, 'module', module.source);
    const key = `${script.name} ${script.shift} ${module.format} ${sum} ${length}`;
    if (!scripts.has(key)) scripts.set(key, either(module));
    return scripts.get(key);
  };
  const either = (module: LoadedModule): string | undefined => {
    if (module.format !== undefined) return changed(module, module.format);
    // Node tries CommonJS first, too.
    return changed(module, 'commonjs') ?? (mayBeModule(module.source) ? changed(module, 'module') : undefined);
  };
  // Node loads a file whose format it had to find out twice, one right after the other; its sites are counted once.
  let last: { readonly module: LoadedModule; readonly code: string | undefined } | undefined;
  return (module) => {
    if (isOff) return undefined;
    try {
      if (module.script !== undefined) return again(module, module.script);
      if (last?.module.path === module.path && last.module.source === module.source) return last.code;
      last = undefined;
      const code = either(module);
      if (module.format === undefined) last = { module, code };
      return code;
    } catch (error) {
      isOff = true;
      ctx.recorder.fault('loaders', error);
      return undefined;
    }
  };
}

function nameOf({ path, url, script }: LoadedModule, format: 'module' | 'commonjs'): string {
  return script?.name ?? (format === 'commonjs' ? path : (url ?? pathToFileURL(path).href));
}

function sourceMapOf({ source, remake, script }: LoadedModule, { sites }: KeptModule): string | undefined {
  const named = sourceMapComment(source);
  if (named === 'inline' && typeof remake === 'string') return madeSourceMap(source);
  if (named !== undefined || script === undefined) return named;
  const places: unknown = JSON.parse(sites);
  return script.sourceMap(script.name, Array.isArray(places) ? places : []);
}

function transformed(
  transform: TransformModule,
  { path, source, authored }: LoadedModule,
  { format, firstSite }: Pick<TransformOptions, 'format' | 'firstSite'>,
): KeptModule | null {
  const options = { format, file: firstSite, firstSite, name: basename(path) };
  const result = transform(source, authored === undefined ? options : { ...options, authored });
  if (result === undefined) return null;
  const { code, sites, spans } = result;
  return { code, firstSite, count: sites.length, sites: JSON.stringify(sites), spans: () => spans };
}

/** Its spans are read when a place is asked for. */
class KeptFile implements ChangedFile {
  readonly id: number;
  readonly name: string;
  readonly format: 'module' | 'commonjs';
  readonly isCompiled: boolean;
  readonly text: () => string;
  readonly #kept: KeptModule;
  readonly #shift: number;
  #spans: Int32Array | undefined;

  constructor(
    { id, name, format, isCompiled, shift }: Omit<ChangedFile, 'spans' | 'text'> & { readonly shift: number },
    kept: KeptModule,
    text: () => string,
  ) {
    this.id = id;
    this.name = name;
    this.format = format;
    this.isCompiled = isCompiled;
    this.text = text;
    this.#kept = kept;
    this.#shift = shift;
  }

  get spans(): Int32Array {
    this.#spans ??= shifted(this.#kept.spans(), this.#shift);
    return this.#spans;
  }
}

/** What stands on the first line lies further right, or left. */
function shifted(spans: Int32Array, shift: number): Int32Array {
  if (shift === 0) return spans;
  return spans.map((value, at) => (at % 3 === 1 && spans[at - 1] === 1 ? value + shift : value));
}

/** Cheap: without one of these words it is no ES module, or none with anything to transform. */
function mayBeModule(source: string): boolean {
  return /\b(?:import|export|await)\b/.test(source);
}

function textAgain({ path, remake }: LoadedModule): () => string {
  if (typeof remake === 'string') return () => remake;
  return () => {
    const text = readFileSync(path, 'utf8');
    return remake === undefined ? text : remake(text);
  };
}
