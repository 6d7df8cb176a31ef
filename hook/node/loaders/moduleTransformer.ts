import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { HookContext, TransformModule } from '../contracts.ts';
import type { ChangedFiles } from '../positions/changedFiles.ts';
import { fillTemplate, templateOf, templateSite, type InsertionTemplate } from './insertionTemplate.ts';
import { sourceMapComment } from './sourceMapComment.ts';
import { cacheKey, type TransformCache } from './transformCache.ts';

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
  let lastFile = 0;
  let isOff = false;
  const changed = (module: LoadedModule, format: 'module' | 'commonjs'): string | undefined => {
    const { path, url, source } = module;
    const template = cachedTemplate(module, format, { transform, cache });
    if (template === null) return undefined;
    const id = ++lastFile;
    const firstSite = ctx.recorder.nextSite;
    const result = fillTemplate(template, source, firstSite);
    const name = format === 'commonjs' ? path : (url ?? pathToFileURL(path).href);
    files.remember({ id, name, format, spans: result.spans, text: textAgain(module) });
    const sourceMap = sourceMapComment(source);
    const file = { id, path: path.replaceAll('\\', '/'), ...(sourceMap === undefined ? {} : { sourceMap }) };
    ctx.recorder.addSites({ file, firstSite, count: template.count, text: template.sites });
    return result.code;
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

function cachedTemplate(
  { path, source, authored }: LoadedModule,
  format: 'module' | 'commonjs',
  { transform, cache }: Pick<TransformerParts, 'transform' | 'cache'>,
): InsertionTemplate | null {
  const key = cacheKey(path, format, authored ?? source);
  const known = cache.find(key);
  if (known !== undefined) return known;
  const place = { format, file: 1, firstSite: templateSite, name: basename(path) };
  const result = transform(source, authored === undefined ? place : { ...place, authored });
  const template = result === undefined ? null : templateOf(result);
  cache.add(key, template);
  return template;
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
