/**
 * Visits what stands directly below a node, in source order. Names that refer to nothing are left out: labels, keys, `a.name`.
 * One switch per family, each property read in one place: that is what makes a walk cheap.
 */
import type { AnyNode } from 'acorn';
import { visitAll, type Walk } from './walk.ts';

export function visitChildren(walk: Walk, node: AnyNode): void {
  switch (node.type) {
    case 'MemberExpression':
      walk.visit(node.object, node);
      if (node.computed) walk.visit(node.property, node);
      return;
    case 'CallExpression':
    case 'NewExpression':
      walk.visit(node.callee, node);
      visitAll(walk, node.arguments, node);
      return;
    case 'Property':
    case 'PropertyDefinition':
    case 'MethodDefinition':
      if (node.computed) walk.visit(node.key, node);
      if (node.value) walk.visit(node.value, node);
      return;
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      walk.visit(node.left, node);
      walk.visit(node.right, node);
      return;
    default:
      visitStatement(walk, node);
  }
}

function visitStatement(walk: Walk, node: AnyNode): void {
  switch (node.type) {
    case 'ExpressionStatement':
    case 'ChainExpression':
    case 'ParenthesizedExpression':
      walk.visit(node.expression, node);
      return;
    case 'BlockStatement':
    case 'Program':
    case 'ClassBody':
    case 'StaticBlock':
      visitAll(walk, node.body, node);
      return;
    case 'VariableDeclaration':
      visitAll(walk, node.declarations, node);
      return;
    case 'VariableDeclarator':
      walk.visit(node.id, node);
      if (node.init) walk.visit(node.init, node);
      return;
    case 'IfStatement':
    case 'ConditionalExpression':
      walk.visit(node.test, node);
      walk.visit(node.consequent, node);
      if (node.alternate) walk.visit(node.alternate, node);
      return;
    case 'ReturnStatement':
    case 'YieldExpression':
      if (node.argument) walk.visit(node.argument, node);
      return;
    default:
      visitLoop(walk, node);
  }
}

function visitLoop(walk: Walk, node: AnyNode): void {
  switch (node.type) {
    case 'ForStatement':
      if (node.init) walk.visit(node.init, node);
      if (node.test) walk.visit(node.test, node);
      if (node.update) walk.visit(node.update, node);
      walk.visit(node.body, node);
      return;
    case 'ForInStatement':
    case 'ForOfStatement':
      walk.visit(node.left, node);
      walk.visit(node.right, node);
      walk.visit(node.body, node);
      return;
    case 'WhileStatement':
      walk.visit(node.test, node);
      walk.visit(node.body, node);
      return;
    case 'DoWhileStatement':
      walk.visit(node.body, node);
      walk.visit(node.test, node);
      return;
    case 'WithStatement':
      walk.visit(node.object, node);
      walk.visit(node.body, node);
      return;
    case 'LabeledStatement':
      walk.visit(node.body, node);
      return;
    default:
      visitParts(walk, node);
  }
}

function visitParts(walk: Walk, node: AnyNode): void {
  switch (node.type) {
    case 'UnaryExpression':
    case 'UpdateExpression':
    case 'SpreadElement':
    case 'RestElement':
    case 'AwaitExpression':
    case 'ThrowStatement':
      walk.visit(node.argument, node);
      return;
    case 'ArrayExpression':
    case 'ArrayPattern':
      visitAll(walk, node.elements, node);
      return;
    case 'ObjectExpression':
    case 'ObjectPattern':
      visitAll(walk, node.properties, node);
      return;
    case 'TemplateLiteral':
    case 'SequenceExpression':
      visitAll(walk, node.expressions, node);
      return;
    case 'TaggedTemplateExpression':
      walk.visit(node.tag, node);
      walk.visit(node.quasi, node);
      return;
    default:
      visitRest(walk, node);
  }
}

function visitRest(walk: Walk, node: AnyNode): void {
  switch (node.type) {
    case 'ClassDeclaration':
    case 'ClassExpression':
      if (node.superClass) walk.visit(node.superClass, node);
      walk.visit(node.body, node);
      return;
    case 'SwitchStatement':
      walk.visit(node.discriminant, node);
      visitAll(walk, node.cases, node);
      return;
    case 'SwitchCase':
      if (node.test) walk.visit(node.test, node);
      visitAll(walk, node.consequent, node);
      return;
    case 'TryStatement':
      walk.visit(node.block, node);
      if (node.handler) walk.visit(node.handler, node);
      if (node.finalizer) walk.visit(node.finalizer, node);
      return;
    case 'CatchClause':
      if (node.param) walk.visit(node.param, node);
      walk.visit(node.body, node);
      return;
    case 'ExportNamedDeclaration':
      if (node.declaration) walk.visit(node.declaration, node);
      return;
    case 'ExportDefaultDeclaration':
      walk.visit(node.declaration, node);
      return;
    case 'ImportExpression':
      walk.visit(node.source, node);
      if (node.options) walk.visit(node.options, node);
      return;
    default:
  }
}
