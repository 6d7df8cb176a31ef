/** Functions that run only in tests, where blocking keeps nobody waiting. */
import type { FileFacts, FunctionFact } from '../facts.ts';
import type { CallGraph } from './bootOnly.ts';
import { refKey, type FunctionRef } from './resolver.ts';

/** Longest chain of callers followed; deeper functions count as called by others, too. */
const MAX_DEPTH = 12;

/**
 * True for the bodies of tests and what stands in them, and for functions of test files that nothing but tests calls. A function of any
 * other file may be what the package is for, though here only its tests call it.
 */
export function testOnly(fn: FunctionRef, graph: CallGraph, seen: ReadonlySet<string> = new Set()): boolean {
  const key = refKey(fn);
  if (seen.size > MAX_DEPTH || seen.has(key)) return false;
  if (isInTest(fn, graph)) return true;
  const { files, calls, resolver } = graph;
  const facts = files.get(fn.file);
  const fact = facts?.functions[fn.index];
  const registers = facts !== undefined && registersTests(facts);
  if (fact === undefined || !(registers || HELPERS.test(fn.file))) return false;
  if (fn.index === 0) return true;
  const next = new Set([...seen, key]);
  if (isRunByOwner(fact)) return testOnly({ file: fn.file, index: fact.parent }, graph, next);
  const handed = calls.callbacksOf(fn, fact.key, resolver);
  const callers = calls
    .callsOf(fn, fact.key, resolver)
    .map(({ file, call }) => ({ file, index: files.get(file)?.calls[call]?.function ?? 0 }));
  return (
    (registers || handed.length + callers.length > 0) &&
    handed.every(({ sink }) => sink === 'test') &&
    callers.every((caller) => testOnly(caller, graph, next))
  );
}

function registersTests({ functions, callbacks }: FileFacts): boolean {
  return functions.some(({ role }) => role === 'test') || callbacks.some(({ sink }) => sink === 'test');
}

/** Where helpers of tests stand, by convention: at most two folders deep, because what lies above the project has names of its own. */
const HELPERS = /(^|\/)(tests?|__tests__|spec|e2e)\/([^/]+\/)?[^/]+$/;

/** Called where it is written, or by what it is written into. */
function isRunByOwner({ isImmediatelyCalled, role }: FunctionFact): boolean {
  return isImmediatelyCalled || role === 'sync-callback' || role === 'promise-callback';
}

function isInTest({ file, index }: FunctionRef, { files }: CallGraph): boolean {
  const functions = files.get(file)?.functions;
  for (let at = functions?.[index]; at !== undefined; at = functions?.[at.parent]) if (at.role === 'test') return true;
  return false;
}
