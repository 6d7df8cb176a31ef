/** Which part of the transform looks at which node. */
import type { AnyNode, Statement } from 'acorn';
import { visitChildren } from './children.ts';
import { maskMeta, maskModuleDeclaration } from './moduleSyntax.ts';
import { forAwaitOf, visitAwait, visitForAwait, visitLabeled, visitReturn, visitYield } from './rewriteAwaits.ts';
import { visitCall, visitChain, visitDiscarded } from './rewriteCalls.ts';
import { visitFunction, visitStaticBlock } from './rewriteFunctions.ts';
import { noteFailure, noteName, visitTry } from './rewriteHandlers.ts';
import { skipTrivia } from './trivia.ts';
import { isStatementList, type Walk } from './walk.ts';

export function visit(walk: Walk, node: AnyNode, parent: AnyNode): void {
  switch (node.type) {
    case 'Identifier':
      if (walk.watch !== undefined) noteName(walk, node.name);
      return;
    case 'Literal':
    case 'ThisExpression':
      return;
    case 'CallExpression':
      visitCall(walk, { call: node, whole: node, isDiscarded: false });
      return;
    case 'ExpressionStatement':
    case 'VariableDeclaration':
    case 'ReturnStatement':
    case 'ThrowStatement':
      visitEndingStatement(walk, node, parent);
      return;
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      visitFunction(walk, node, parent);
      return;
    default:
      visitRare(walk, node, parent);
  }
}

function visitRare(walk: Walk, node: AnyNode, parent: AnyNode): void {
  switch (node.type) {
    case 'AwaitExpression':
      visitAwait(walk, node);
      return;
    case 'YieldExpression':
      visitYield(walk, node);
      return;
    case 'ChainExpression':
      visitChain(walk, node, false);
      return;
    case 'TryStatement':
      visitTry(walk, node);
      return;
    case 'ObjectExpression':
    case 'ClassDeclaration':
    case 'ClassExpression':
      visitHolder(walk, node, parent);
      return;
    case 'StaticBlock':
      visitStaticBlock(walk, node, parent);
      return;
    case 'LabeledStatement':
    case 'ForOfStatement': {
      const loop = forAwaitOf(node);
      if (loop === undefined && node.type === 'LabeledStatement') visitLabeled(walk, node, parent);
      else if (loop === undefined) visitForOf(walk, node);
      else visitForAwait(walk, node, loop, parent);
      return;
    }
    default:
      visitModuleSyntax(walk, node);
  }
}

function visitModuleSyntax(walk: Walk, node: AnyNode): void {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
      maskModuleDeclaration(walk.edits, node);
      visitChildren(walk, node);
      return;
    case 'MetaProperty':
      maskMeta(walk.edits, node);
      return;
    default:
      visitChildren(walk, node);
  }
}

/** A return from the body closes the iterator. */
function visitForOf(walk: Walk, node: AnyNode): void {
  walk.frame.guards++;
  visitChildren(walk, node);
  walk.frame.guards--;
}

function visitHolder(walk: Walk, node: AnyNode, parent: AnyNode): void {
  const outer = walk.holder;
  walk.holder = { node, parent };
  visitChildren(walk, node);
  walk.holder = outer;
}

/** Statements that may end with their line. */
function visitEndingStatement(walk: Walk, node: Statement, parent: AnyNode): void {
  const outer = walk.listed;
  walk.listed = isStatementList(parent) ? node.start : -1;
  visitEnding(walk, node);
  walk.listed = outer;
  // What was inserted at the end could be called, indexed or divided by the next line, which the original could not.
  if (walk.source.charCodeAt(node.end - 1) === SEMICOLON || !walk.edits.endsAt(node.end)) return;
  if (JOINING.includes(walk.source.charAt(skipTrivia(walk.source, node.end)) || ' ')) walk.edits.insert(node.end, ';');
}

const SEMICOLON = 59;
const JOINING = '([`+-/';

function visitEnding(walk: Walk, node: Statement): void {
  switch (node.type) {
    case 'ExpressionStatement':
      visitDiscarded(walk, node.expression, node);
      return;
    case 'ReturnStatement':
      visitReturn(walk, node);
      return;
    case 'ThrowStatement':
      noteFailure(walk);
      visitChildren(walk, node);
      return;
    default:
      if (node.type === 'VariableDeclaration' && node.kind === 'await using') walk.frame.waits++;
      if (node.type === 'VariableDeclaration' && node.kind.endsWith('using')) walk.frame.needsFinally = true;
      visitChildren(walk, node);
  }
}
