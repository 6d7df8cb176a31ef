/** What to call a function: as the linter does, so that a trace and a finding speak of the same thing. */
import type { AnyNode, CallExpression, NewExpression } from 'acorn';
import type { Frame, Holder } from './walk.ts';

/** `load`, `Store.load`, `new Store`, `callback of ids.map()`, `default export`; `(anonymous)` when nothing names it. */
export function functionName(frame: Frame, text: string): string {
  const { node, parent, holder } = frame;
  if (node.type === 'StaticBlock') return joined(holderName(holder), 'static block');
  if (node.type === 'Program') return 'module';
  if (node.type === 'FunctionDeclaration') return node.id?.name ?? 'default export';
  return (
    nameByPlace(node, parent, holder, text) ??
    (node.type === 'FunctionExpression' && node.id ? node.id.name : '(anonymous)')
  );
}

function nameByPlace(node: AnyNode, parent: AnyNode, holder: Holder | undefined, text: string): string | undefined {
  switch (parent.type) {
    case 'MethodDefinition':
      if (parent.kind === 'constructor') return `new ${holderName(holder) || 'class'}`;
      return joined(holderName(holder), parent.computed ? 'computed member' : memberName(parent.key, text));
    case 'PropertyDefinition':
    case 'Property':
      return joined(holderName(holder), parent.computed ? 'computed member' : memberName(parent.key, text));
    case 'VariableDeclarator':
      return parent.id.type === 'Identifier' ? parent.id.name : undefined;
    case 'AssignmentExpression':
      return assignedName(parent.left, text);
    case 'AssignmentPattern':
      return parent.left.type === 'Identifier' ? parent.left.name : undefined;
    case 'ExportDefaultDeclaration':
      return 'default export';
    case 'CallExpression':
    case 'NewExpression':
      return hasOwnName(node) ? undefined : calledName(node, parent, text);
    default:
      return undefined;
  }
}

function hasOwnName(node: AnyNode): boolean {
  return node.type === 'FunctionExpression' && node.id !== null && node.id !== undefined;
}

function calledName(node: AnyNode, call: CallExpression | NewExpression, text: string): string {
  if (call.callee === node) return 'immediately called function';
  // `(0, tests.test)()` is how compilers call what was imported.
  const called =
    call.callee.type === 'SequenceExpression' ? (call.callee.expressions.at(-1) ?? call.callee) : call.callee;
  const callee = text.slice(called.start, called.end).replace(/\s+/g, ' ');
  return `callback of ${callee.length > CALLEE ? `${callee.slice(0, CALLEE - 1)}…` : callee}()`;
}

const CALLEE = 60;

function assignedName(left: AnyNode, text: string): string | undefined {
  if (left.type === 'Identifier') return left.name;
  return left.type === 'MemberExpression' && !left.computed ? memberName(left.property, text) : undefined;
}

function memberName(key: AnyNode, text: string): string {
  if (key.type === 'Identifier') return key.name;
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  if (key.type !== 'Literal') return 'computed member';
  return typeof key.value === 'string' ? key.value : text.slice(key.start, key.end);
}

/** Name of a class or object literal: its own or that of its variable. */
function holderName(holder: Holder | undefined): string {
  if (holder === undefined) return '';
  const { node, parent } = holder;
  if ((node.type === 'ClassDeclaration' || node.type === 'ClassExpression') && node.id) return node.id.name;
  return parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier' ? parent.id.name : '';
}

function joined(holder: string, member: string): string {
  return holder === '' ? member : `${holder}.${member}`;
}
