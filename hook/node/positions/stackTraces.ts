/**
 * Stacks show the columns of the author's text and no frame of ours. Whoever prepares stacks already (Node's default with or without
 * source maps, a preload before us) goes on doing so and is given mapped call sites. Programs that set `Error.prepareStackTrace` themselves
 * replace this: they get V8's call sites, right in everything but the columns of changed lines.
 */
import { restoreAssertMessage } from './assertMessage.ts';
import type { ChangedFiles } from './changedFiles.ts';
import { methodInPlaceOf, replaceValue } from './functionText.ts';
import { mappedCallSite } from './mappedCallSite.ts';

/** Ours, with what they call. */
const standIns = new WeakMap<object, Function>();
let atStart: unknown;
/** The error whose stack is being prepared. */
let open: { readonly error: unknown } | undefined;

function isOpen(error: unknown): boolean {
  return open !== undefined && open.error === error;
}

/** @param isOwn whether a file is part of the hook */
export function mapStackTraces(files: ChangedFiles, isOwn: (file: string) => boolean): void {
  keepStacksMapped(Error, { files, isOwn });
  atStart = Reflect.get(Error, 'prepareStackTrace');
}

/**
 * For runners that set `prepareStackTrace` and look places up in source maps: what they set goes on doing so, given mapped call sites. To be called
 * again when they may have set another.
 * @param target `Error` of a realm
 */
export function keepStacksMapped(target: Function, mapping: Mapping): void {
  const before: unknown = Reflect.get(target, 'prepareStackTrace');
  if (typeof before !== 'function' || standIns.has(before)) return;
  const prepare = (error: unknown, trace: unknown): unknown => Reflect.apply(before, target, [error, trace]);
  const standIn = methodInPlaceOf(before, {
    prepareStackTrace(error: unknown, trace: unknown): unknown {
      // One that was set later calls the one before it, ours again: the trace is mapped already.
      if (isOpen(error)) return prepare(error, trace);
      const outer = open;
      open = { error };
      try {
        return prepare(
          error,
          attempt(() => mappedTrace(error, trace, mapping), trace),
        );
      } finally {
        open = outer;
      }
    },
  });
  standIns.set(standIn, before);
  replaceValue(target, 'prepareStackTrace', standIn);
}

/** What the program itself has put into `Error.prepareStackTrace`; `undefined` while it has not. */
export function programsPrepare(): ((error: unknown, trace: readonly object[]) => unknown) | undefined {
  const now: unknown = Reflect.get(Error, 'prepareStackTrace');
  if (typeof now !== 'function' || now === atStart) return undefined;
  const own = standIns.get(now) ?? now;
  return (error, trace) => Reflect.apply(own, Error, [error, trace]);
}

/** How call sites are mapped. */
export interface Mapping {
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
