/** Calls as statements that hardly leave a promise floating: watching them would only cost time. By name, since types are not known. */
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

/**
 * Test runners: what they return is waited for by the runner, and `node:test` shows the column of the call, read from the compiled text by the engine itself.
 */
const RUNNERS: ReadonlySet<string> = new Set([
  'after',
  'afterEach',
  'before',
  'beforeEach',
  'describe',
  'it',
  'suite',
  'test',
]);

/** Objects of the platform none of whose methods return one. */
const OBJECTS: ReadonlySet<string> = new Set(['Math', 'Object', 'console', 'process']);

/** Methods of arrays and emitters, called so often that a look at each result would cost more than it finds. */
const METHODS: ReadonlySet<string> = new Set([
  'addListener',
  'emit',
  'off',
  'on',
  'push',
  'removeListener',
  'sort',
  'splice',
  'unshift',
]);

export function isSurelySync(callee: AnyNode): boolean {
  if (callee.type === 'Super') return true;
  if (callee.type === 'Identifier') return FUNCTIONS.has(callee.name) || RUNNERS.has(callee.name);
  if (callee.type !== 'MemberExpression') return false;
  if (callee.property.type === 'Identifier' && !callee.computed && METHODS.has(callee.property.name)) return true;
  const { object } = callee;
  return object.type === 'Identifier' && (OBJECTS.has(object.name) || RUNNERS.has(object.name));
}
