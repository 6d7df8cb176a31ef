/** Which calls are timed: those that stop the thread until they are done, as far as names tell. */
import type { AnyNode, CallExpression } from 'acorn';

/** Names without `Sync` that mean one thing only. */
const NAMES: ReadonlySet<string> = new Set([
  'structuredClone',
  'randomBytes',
  'writeHeapSnapshot',
  'getHeapSnapshot',
  'runInContext',
  'runInNewContext',
  'runInThisContext',
  'loopWhile',
  'runLoopOnce',
  'keyIn',
  'keyInYN',
]);

/** Names that mean this only as a property of that object. */
const MEMBERS: ReadonlySet<string> = new Set(['JSON.parse', 'JSON.stringify', 'Atomics.wait']);

/** Methods of a prepared statement, which is recognized only where it is prepared: `db.prepare(sql).all()`. */
const STATEMENT: ReadonlySet<string> = new Set(['run', 'all', 'get', 'iterate']);

export function isBlockingCall({ callee, arguments: args }: CallExpression): boolean {
  if (callee.type === 'Identifier') return isBlockingName(callee.name) && !isAsynchronous(callee.name, args);
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier') return false;
  const { name } = callee.property;
  return isBlockingMember(callee.object, name) && !isAsynchronous(name, args);
}

function isBlockingName(name: string): boolean {
  return name.endsWith('Sync') || NAMES.has(name);
}

function isBlockingMember(object: AnyNode, name: string): boolean {
  if (isBlockingName(name) || name === 'sync') return true;
  if (STATEMENT.has(name)) return object.type === 'CallExpression' && lastName(object.callee) === 'prepare';
  if (name === 'native') return lastName(object).endsWith('Sync');
  return object.type === 'Identifier' && MEMBERS.has(`${object.name}.${name}`);
}

function lastName(node: AnyNode): string {
  if (node.type === 'Identifier') return node.name;
  if (node.type !== 'MemberExpression' || node.computed || node.property.type !== 'Identifier') return '';
  return node.property.name;
}

/** With a callback `randomBytes` does its work elsewhere. */
function isAsynchronous(name: string, args: readonly AnyNode[]): boolean {
  return name === 'randomBytes' && args.length > 1;
}
