/** Turns fix intents into exact edits on one version of the text, from its syntax tree. */
import type { Fix, FixIntent } from '../../../fixes.ts';
import { enclosingFunction } from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { writeAwait, writeAwaitAll } from './awaitFix.ts';
import { writeAsyncTwin } from './asyncTwinFix.ts';
import { writeForOf } from './forOfFix.ts';
import { writeCatch, writeCatchInside, writeLogError, writeRethrow } from './handlerFixes.ts';
import { nodeAt } from './places.ts';
import { writeReturn, writeVoid } from './statementFixes.ts';

/** Whether a fix would put `await` outside of all functions, where only ECMAScript modules take it. */
export function awaitsAtTop(tree: SyntaxTree, { kind, at }: FixIntent): boolean {
  const awaits = kind === 'await' || kind === 'await-all' || kind === 'async-twin' || kind === 'for-of';
  return awaits && enclosingFunction(tree, nodeAt(tree, at)) === 1;
}

/** @returns `undefined` when the intent does not apply at its place (any more) */
export function writeFix(tree: SyntaxTree, intent: FixIntent): Fix | undefined {
  const found = nodeAt(tree, intent.at);
  const node = intent.kind === 'return' ? found : expressionOf(tree, found);
  if (node === 0) return undefined;
  switch (intent.kind) {
    case 'await':
      return writeAwait(tree, node);
    case 'await-all':
      return writeAwaitAll(tree, node);
    case 'return':
      return writeReturn(tree, node);
    case 'catch':
      return writeCatch(tree, node);
    case 'async-twin':
      return writeAsyncTwin(tree, node, intent.twin);
    case 'for-of':
      return writeForOf(tree, node);
    case 'catch-inside':
      return writeCatchInside(tree, node);
    case 'log-error':
      return writeLogError(tree, node);
    case 'rethrow':
      return writeRethrow(tree, node);
    case 'void':
      return writeVoid(tree, node);
    default:
      return intent satisfies never;
  }
}

/** Without a semicolon a statement has the range of its expression. */
function expressionOf(tree: SyntaxTree, node: Node): Node {
  return tree.kind(node) === K.ExpressionStatement ? tree.child(node, 'expression') : node;
}
