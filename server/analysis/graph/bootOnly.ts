/** Functions that run only while the program starts, where blocking hurts nobody. */
import type { FileFacts, FunctionFact } from '../facts.ts';
import type { FilePath } from '../finding.ts';
import type { CallIndexByName } from './callIndex.ts';
import { refKey, type FunctionRef, type Resolver } from './resolver.ts';

/** What summaries that go from a function to its callers need. */
export interface CallGraph {
  readonly files: ReadonlyMap<FilePath, FileFacts>;
  readonly resolver: Resolver;
  readonly calls: CallIndexByName;
}

/** Longest chain of callers followed; deeper functions count as running later. */
const MAX_DEPTH = 12;

/**
 * True when the function has callers and each is a module's top level or a function that itself runs only at boot.
 * Callers in tests do not count either way; being handed over as a callback counts as running later.
 */
export function bootOnly(fn: FunctionRef, parts: CallGraph, seen: ReadonlySet<string> = new Set()): boolean {
  const fact = factOf(fn, parts);
  if (fact === undefined || seen.size > MAX_DEPTH || seen.has(refKey(fn))) return false;
  if (fn.index === 0) return true;
  if (fact.isImmediatelyCalled)
    return bootOnly({ file: fn.file, index: fact.parent }, parts, new Set([...seen, refKey(fn)]));
  if (fact.role === 'sync-callback' || fact.role === 'promise-callback')
    return bootOnly({ file: fn.file, index: fact.parent }, parts, new Set([...seen, refKey(fn)]));
  if (fact.role !== 'plain' || parts.calls.callbacksOf(fn, fact.key, parts.resolver).length > 0) return false;
  const callers = callersOf(fn, fact, parts);
  if (callers === 'at-any-time') return false;
  const next = new Set([...seen, refKey(fn)]);
  return callers.length > 0 && callers.every((caller) => bootOnly(caller, parts, next));
}

/** A loop that waits for work and handles it runs for as long as the program does, wherever it was started from. */
function callersOf(fn: FunctionRef, fact: FunctionFact, parts: CallGraph): FunctionRef[] | 'at-any-time' {
  const calls = parts.calls
    .callsOf(fn, fact.key, parts.resolver)
    .map(({ file, call }) => ({ file, call: parts.files.get(file)?.calls[call] }))
    .filter(({ file, call }) => factOf({ file, index: call?.function ?? 0 }, parts)?.role !== 'test');
  if (calls.some(({ call }) => call?.isInServiceLoop === true)) return 'at-any-time';
  return calls.map(({ file, call }) => ({ file, index: call?.function ?? 0 }));
}

function factOf({ file, index }: FunctionRef, { files }: CallGraph): FunctionFact | undefined {
  return files.get(file)?.functions[index];
}
