/** The cheap look at a module's text before it is parsed. */
import { insertionMark } from '#protocol/insertions.ts';

/** Text that every task, blocking call or handler holds; most modules hold none of it. */
const WORDS =
  /\basync\b|\bawait\b|Sync\b|\bcatch\b|\bJSON\.|\.then\(|structuredClone|Atomics|randomBytes|HeapSnapshot|runIn|runLoop|loopWhile|keyIn|\.sync\(|\.prepare\(/;

/** Text without which a module hardly makes promises: only with it statements that discard a result are looked at. */
const PROMISES = /\basync\b|\bawait\b|\bPromise\b|\.then\(/;

/** Longer modules are bundles: parsing one would take longer than a start should. UTF-16 code units. */
const LONGEST = 2 * 1024 * 1024;

/** Modules that speak of us are our own, or changed already. */
export function isWorthParsing(source: string): boolean {
  return (
    source.length <= LONGEST && WORDS.test(source) && !source.includes('__rubato') && !source.includes(insertionMark)
  );
}

export function speaksOfPromises(source: string): boolean {
  return PROMISES.test(source);
}
