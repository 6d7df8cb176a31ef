import Module from 'node:module';
import { statSync } from 'node:fs';
import type { HookContext, TransformModule } from '../contracts.ts';
import type { ChangedFiles } from '../positions/changedFiles.ts';
import { keepStacksMapped, type Mapping } from '../positions/stackTraces.ts';
import { ownProgram, ownPrograms } from '../processes/ownPrograms.ts';
import { appFiles } from './appFiles.ts';
import { collectsCoverage, sayUntraced, watchCounting } from './coverage.ts';
import { moduleTransformer, type ModuleTransformer } from './moduleTransformer.ts';
import { patchedLoaders } from './patchedLoaders.ts';
import { registerLoadHook } from './registeredHook.ts';
import { cacheFile, openTransformCache } from './transformCache.ts';
import { watchToolCompilers } from './toolCompilers.ts';
import { transformVmScripts } from './vmScripts.ts';

/**
 * From now on the modules of the program pass through `transform` before they are compiled. Not while coverage is collected, because what
 * was inserted would be counted; it says so on stderr.
 */
export function installLoaders(ctx: HookContext, transform: TransformModule, files: ChangedFiles): void {
  if (collectsCoverage()) {
    sayUntraced(ctx);
    return;
  }
  const isApp = appFiles(ctx.settings);
  const patched = 'registerHooks' in Module ? undefined : patchedLoaders();
  const cache = openTransformCache(cacheFile(ctx.settings.folder), ownVersion());
  const own = ownPrograms();
  const mapping = { files, isOwn: (file: string) => own.has(file) };
  const parts = { isApp, transform: whileMapped(moduleTransformer({ ctx, transform, files, cache }), mapping) };
  const isCompiledByTool = watchToolCompilers(
    patched === undefined ? parts : { ...parts, compileOf: patched.compileOf },
  );
  const loaders = { ...parts, isCompiledByTool };
  ctx.onProcessEvent('exit', () => cache.save());
  // Servers are killed; by then they have loaded what they load.
  for (const ms of settledMs) setTimeout(() => cache.saveSoon(), ms).unref();
  transformVmScripts({ ...parts, mapping, runtime: ctx.recorder.runtime, isCounting: watchCounting(ctx) });
  if (patched === undefined) registerLoadHook(loaders);
  else patched.start(loaders);
}

/** Tools that compile show stacks in their own way, and set it up before they hand over the first module. */
function whileMapped(transform: ModuleTransformer, mapping: Mapping): ModuleTransformer {
  return (module) => {
    const code = transform(module);
    if (code !== undefined && typeof module.remake === 'string') keepStacksMapped(Error, mapping);
    return code;
  };
}

/** After a start of ordinary length, and after a long one. */
const settledMs = [2000, 20_000] as const;

/** Of the bundle with the transform: another one may transform in another way. */
function ownVersion(): string {
  const { size, mtimeMs } = statSync(ownProgram('hook-parsing'));
  return `${size}-${mtimeMs}`;
}
