/** Calls as statements that cannot leave a promise floating: watching them would only cost time. */
import type { AnyNode } from 'acorn';

/** Globals that return no promise. */
const FUNCTIONS: ReadonlySet<string> = new Set([
  'clearImmediate',
  'clearInterval',
  'clearTimeout',
  'eval',
  'queueMicrotask',
  'require',
  'setImmediate',
  'setInterval',
  'setTimeout',
]);

/** Objects of the platform none of whose methods return one. */
const OBJECTS: ReadonlySet<string> = new Set(['Math', 'Object', 'console', 'process']);

export function isSurelySync(callee: AnyNode): boolean {
  if (callee.type === 'Super') return true;
  if (callee.type === 'Identifier') return FUNCTIONS.has(callee.name);
  if (callee.type !== 'MemberExpression') return false;
  return callee.object.type === 'Identifier' && OBJECTS.has(callee.object.name);
}
