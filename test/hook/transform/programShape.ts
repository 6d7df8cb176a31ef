/** The meaning of a program as one string: its syntax without positions, and without what the transform adds. */
import { parseModule } from '#hook/transform/syntax.ts';

interface Tree {
  readonly type: string;
  readonly [key: string]: unknown;
}

/**
 * Equal for two texts when they are the same program but for calls of the runtime that hand on their value, records, and the frame around
 * bodies of tasks. Both sides are brought to one form: `=> value` to a block that returns it, single statements to blocks without braces.
 */
export function programShape(code: string, format: 'module' | 'commonjs'): string {
  return JSON.stringify(normal(parseModule(code, format)), (key, value: unknown) => {
    if (key === 'start' || key === 'end') return undefined;
    return typeof value === 'bigint' ? String(value) : value;
  });
}

function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (value instanceof RegExp) return String(value);
  return isTree(value) ? normalTree(value) : value;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function normalTree(tree: Tree): unknown {
  const inner = unwrapped(tree);
  if (inner !== tree) return normal(inner);
  const entries = Object.entries(tree).map(([key, value]) => [key, normal(value)]);
  const copy: Tree = Object.fromEntries(entries);
  const lists = { ...copy };
  for (const key of ['body', 'consequent']) {
    const list = copy[key];
    if (Array.isArray(list)) Object.assign(lists, { [key]: statements(list) });
    else if (key !== 'body' || !/Function|Class|CatchClause/.test(copy.type))
      Object.assign(lists, { [key]: single(list) });
  }
  if (copy['alternate'] !== undefined) Object.assign(lists, { alternate: single(copy['alternate']) });
  if (/Function/.test(copy.type)) Object.assign(lists, functionParts(lists));
  if (copy.type === 'CatchClause' && nameOf(copy['param']) === '__rubato_w') Object.assign(lists, { param: null });
  return lists;
}

function functionParts(fn: Tree): object {
  const body = isTree(fn['body']) && fn['body'].type !== 'BlockStatement' ? block(fn['body']) : fn['body'];
  const list = fn['params'];
  const params = Array.isArray(list)
    ? list.filter((each) => !isTree(each) || nameOf(each['left']) !== '__rubato_w')
    : list;
  return { body, params, expression: false };
}

function block(argument: Tree): Tree {
  return { type: 'BlockStatement', body: [bareReturn({ type: 'ReturnStatement', argument })] };
}

/** A block of one statement, where the language asks for one statement. */
function single(value: unknown): unknown {
  if (!isTree(value) || value.type !== 'BlockStatement' || !Array.isArray(value['body'])) return value;
  if (value['body'].length === 0) return { type: 'EmptyStatement' };
  const [only, ...others]: unknown[] = value['body'];
  return others.length === 0 && isTree(only) && !only.type.endsWith('Declaration') ? single(only) : value;
}

/** Statements that the transform did not add; the body of a task comes out of its frame. */
function statements(list: readonly unknown[]): unknown[] {
  const rest = list.filter((each) => !isTree(each) || (each.type !== 'EmptyStatement' && !isRecord(each)));
  const at = rest.findIndex((each) => isTree(each) && each.type === 'TryStatement' && isTaskFrame(each));
  if (at < 0) return rest;
  const frame = rest[at];
  const body = isTree(frame) && isTree(frame['block']) ? frame['block']['body'] : [];
  return [...rest.slice(0, at), ...(Array.isArray(body) ? body : []), ...rest.slice(at + 1)];
}

function isTaskFrame(tree: Tree): boolean {
  return isTree(tree['handler']) && nameOf(tree['handler']['param']) === '__rubato_e';
}

function isRecord(statement: Tree): boolean {
  if (statement.type === 'VariableDeclaration' && Array.isArray(statement['declarations'])) {
    return statement['declarations'].every((each) => isTree(each) && nameOf(each['id']).startsWith('__rubato'));
  }
  return statement.type === 'ExpressionStatement' && /^[kwe]$/.test(runtimeCall(statement['expression']));
}

function nameOf(value: unknown): string {
  return isTree(value) && value.type === 'Identifier' && typeof value['name'] === 'string' ? value['name'] : '';
}

/** Name of the called member of the runtime, or ''. */
function runtimeCall(value: unknown): string {
  if (!isTree(value) || value.type !== 'CallExpression' || !isTree(value['callee'])) return '';
  return nameOf(value['callee']['object']) === '__rubato' ? nameOf(value['callee']['property']) : '';
}

/** Which argument of a call of the runtime is the program's value. */
const VALUE: Readonly<Record<string, number>> = { c: 0, a: 0, y: 0, f: 0, p: 1, d: 2 };

function unwrapped(tree: Tree): unknown {
  // `__rubato?.c(…)`
  if (tree.type === 'ChainExpression' && isTree(tree['expression']) && runtimeCall(tree['expression']) === 'c') {
    return tree['expression'];
  }
  const name = runtimeCall(tree);
  const at = VALUE[name];
  const args = tree['arguments'];
  if (at !== undefined && Array.isArray(args)) return args[at];
  if (tree.type === 'SequenceExpression' && Array.isArray(tree['expressions'])) return timed(tree, tree['expressions']);
  if (tree.type === 'YieldExpression') return bareYield(tree);
  if (tree.type === 'ReturnStatement') return bareReturn(tree);
  return tree;
}

function bareYield(tree: Tree): Tree {
  const { argument } = tree;
  if (runtimeCall(argument) !== 'y' || !isTree(argument) || !Array.isArray(argument['arguments'])) return tree;
  const value: unknown = argument['arguments'][0];
  return { ...tree, argument: isTree(value) && value['operator'] === 'void' ? null : value };
}

/** `return __rubato.e(value, t)`, and `return __rubato.e(void 0, t)` where the program says `return`. */
function bareReturn(tree: Tree): Tree {
  const { argument } = tree;
  if (isTree(argument) && argument['operator'] === 'void') return { ...tree, argument: null };
  if (runtimeCall(argument) !== 'e' || !isTree(argument) || !Array.isArray(argument['arguments'])) return tree;
  const [value]: unknown[] = argument['arguments'];
  return { ...tree, argument: value };
}

function timed(tree: Tree, [first, second]: readonly unknown[]): unknown {
  if (/^[wk]$/.test(runtimeCall(first))) return second;
  if (!isTree(first) || first.type !== 'AssignmentExpression') return tree;
  return ['__rubato_v', '__rubato_a'].includes(nameOf(first['left'])) ? first['right'] : tree;
}
