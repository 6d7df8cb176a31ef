/**
 * V8 names a function that has no name after the expression it stands in: the callback in `await retry(() => …)` is `retry`. Calls of ours
 * around it become part of that.
 * @param name as V8 has it: `__rubato.c.__rubato.a.retry`; also the callee of a stack's line, such as `async __rubato.a`
 * @returns what it would be without us; '' for a function that then has none
 */
export function authoredName(name: string): string {
  return name.includes(PREFIX) ? name.replaceAll(CALLS, '').trimEnd() : name;
}

const PREFIX = '__rubato.';
const CALLS = /__rubato\.[a-z]\b\.?/g;
