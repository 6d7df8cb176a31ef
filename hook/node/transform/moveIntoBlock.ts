/**
 * Whether a function's body means the same inside a block. Only function declarations differ: at the top of a body they are variables,
 * which may share their name with parameters and variables; in a block they are not.
 */
import type { AnyNode, FunctionDeclaration } from 'acorn';
import type { FunctionNode } from './walk.ts';

export function canMoveIntoBlock(node: FunctionNode): boolean {
  if (node.body.type !== 'BlockStatement') return true;
  const declared = node.body.body.filter((each): each is FunctionDeclaration => each.type === 'FunctionDeclaration');
  if (declared.length === 0) return true;
  const names = new Set(declared.map(({ id }) => id.name));
  if (names.size < declared.length || names.has('arguments')) return false;
  return !node.params.some((each) => binds(each, names)) && !declares(node.body, names);
}

/** Whether a pattern binds one of the names, or holds something that is not looked into. */
function binds(pattern: AnyNode, names: ReadonlySet<string>): boolean {
  switch (pattern.type) {
    case 'Identifier':
      return names.has(pattern.name);
    case 'AssignmentPattern':
      return binds(pattern.left, names);
    case 'RestElement':
      return binds(pattern.argument, names);
    case 'ArrayPattern':
      return pattern.elements.some((each) => each !== null && binds(each, names));
    case 'ObjectPattern':
      return pattern.properties.some((each) => binds(each.type === 'Property' ? each.value : each, names));
    default:
      return true;
  }
}

/**
 * Whether `var` declares one of the names anywhere in the body, or a direct `eval` might. Nested functions have variables of their own.
 * Deep syntax trees end the walk as a whole with a `RangeError`.
 */
function declares(node: unknown, names: ReadonlySet<string>): boolean {
  if (Array.isArray(node)) return node.some((each) => declares(each, names));
  if (!isNode(node)) return false;
  if (
    node.type === 'VariableDeclaration' &&
    node.kind === 'var' &&
    node.declarations.some(({ id }) => binds(id, names))
  )
    return true;
  if (node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'eval') return true;
  if (isFunctionNode(node)) return false;
  return Object.values(node).some((each) => typeof each === 'object' && each !== null && declares(each, names));
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function isFunctionNode({ type }: AnyNode): boolean {
  return type === 'FunctionDeclaration' || type === 'FunctionExpression' || type === 'ArrowFunctionExpression';
}
