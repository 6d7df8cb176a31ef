/**
 * Stacks show the columns of the author's text and no frame of ours. Whoever prepares stacks already (Node's default with or without
 * source maps, a preload before us) goes on doing so and is given mapped call sites. Programs that set `Error.prepareStackTrace` themselves
 * replace this: they get V8's call sites, right in everything but the columns of changed lines.
 */
import { restoreAssertMessage } from './assertMessage.ts';
import type { ChangedFiles } from './changedFiles.ts';
import { methodInPlaceOf, replaceValue } from './functionText.ts';
import { mappedCallSite } from './mappedCallSite.ts';

/** @param isOwn whether a file is part of the hook */
export function mapStackTraces(files: ChangedFiles, isOwn: (file: string) => boolean): void {
  const before: unknown = Reflect.get(Error, 'prepareStackTrace');
  if (typeof before !== 'function') return;
  const prepare = (error: unknown, trace: unknown): unknown => Reflect.apply(before, Error, [error, trace]);
  const standIn = methodInPlaceOf(before, {
    prepareStackTrace(error: unknown, trace: unknown): unknown {
      return prepare(
        error,
        attempt(() => mappedTrace(error, trace, { files, isOwn }), trace),
      );
    },
  });
  replaceValue(Error, 'prepareStackTrace', standIn);
}

interface Mapping {
  readonly files: ChangedFiles;
  readonly isOwn: (file: string) => boolean;
}

function mappedTrace(error: unknown, trace: unknown, { files, isOwn }: Mapping): unknown {
  if (!Array.isArray(trace)) return trace;
  const sites: readonly NodeJS.CallSite[] = trace;
  restoreAssertMessage(error, sites[0], files);
  return sites.filter((site) => !isOwn(site.getFileName() ?? '')).map((site) => mappedCallSite(site, files));
}

function attempt<T>(run: () => T, otherwise: T): T {
  try {
    return run();
  } catch {
    // A stack must come out in any case; this one keeps our columns.
    return otherwise;
  }
}
