/** Fixes that give a rejection a real handler. */
import type { Fix } from '../../../fixes.ts';
import { chainedCall, isFunctionLiteral, skipOuter } from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { insert } from './awaitFix.ts';
import { deeper, indentationAt, lineBreak } from './places.ts';

const HANDLER = '(error) => console.error(error)';
const LOG = 'console.error(error);';

/** `save()` -> `save().catch((error) => console.error(error))`; an empty `.catch()` is filled in. */
export function writeCatch(tree: SyntaxTree, node: Node): Fix | undefined {
  const title = 'Handle the rejection with .catch';
  const chained = chainedCall(tree, node);
  if (chained?.method === 'catch') {
    const [handler] = tree.list(node, 'arguments');
    const range =
      handler === undefined
        ? { start: tree.end(node) - 1, end: tree.end(node) - 1 }
        : { start: tree.start(handler), end: tree.end(handler) };
    return { title, kind: 'suggestion', edits: [{ range, newText: HANDLER }] };
  }
  const isLoose = LOOSE.has(tree.kind(node));
  const edits = [
    ...(isLoose ? [insert(tree.start(node), '(')] : []),
    insert(tree.end(node), `${isLoose ? ')' : ''}.catch(${HANDLER})`),
  ];
  return { title, kind: 'suggestion', edits };
}

/** Expressions that need parentheses before a member access. */
const LOOSE: ReadonlySet<number> = new Set([
  K.BinaryExpression,
  K.ConditionalExpression,
  K.AwaitExpression,
  K.YieldExpression,
  K.ArrowFunction,
]);

/** Wraps the body of an async function in `try { … } catch (error) { … }`. */
export function writeCatchInside(tree: SyntaxTree, node: Node): Fix | undefined {
  const fn = skipOuter(tree, node);
  if (!isFunctionLiteral(tree, fn)) return undefined;
  const body = tree.child(fn, 'body');
  const title = 'Catch and log inside the function';
  const newText = tree.kind(body) === K.Block ? guardedBlock(tree, body) : guardedExpression(tree, body);
  return { title, kind: 'suggestion', edits: [{ range: { start: tree.start(body), end: tree.end(body) }, newText }] };
}

function guardedBlock(tree: SyntaxTree, block: Node): string {
  const inner = tree.text.slice(tree.start(block) + 1, tree.end(block) - 1);
  const { outer, middle, line } = levels(tree, block);
  if (!inner.includes('\n')) return guarded(tree, block, inner.trim());
  const indented = inner.replace(/\n(?=[^\r\n])/g, `\n${middle.slice(outer.length)}`).trimEnd();
  return `{${line}${middle}try {${indented}${line}${middle}} catch (error) {${line}${deeper(tree, middle)}${LOG}${line}${middle}}${line}${outer}}`;
}

function guardedExpression(tree: SyntaxTree, body: Node): string {
  const value = skipOuter(tree, body);
  const text = tree.textOf(value);
  const isAwait = tree.kind(value) === K.AwaitExpression;
  return guarded(tree, body, isAwait ? `${text};` : `await ${text};`);
}

function guarded(tree: SyntaxTree, body: Node, statements: string): string {
  const { outer, middle, line } = levels(tree, body);
  const inner = deeper(tree, middle);
  return [
    `{`,
    `${middle}try {`,
    `${inner}${statements}`,
    `${middle}} catch (error) {`,
    `${inner}${LOG}`,
    `${middle}}`,
    `${outer}}`,
  ].join(line);
}

function levels(tree: SyntaxTree, node: Node): { outer: string; middle: string; line: string } {
  const outer = indentationAt(tree, lineStartOf(tree, tree.start(node)));
  return { outer, middle: deeper(tree, outer), line: lineBreak(tree) };
}

/** Offset of the first character of the line that is no blank. */
function lineStartOf(tree: SyntaxTree, offset: number): number {
  const start = tree.text.lastIndexOf('\n', offset - 1) + 1;
  return start + (/^[ \t]*/.exec(tree.text.slice(start))?.[0].length ?? 0);
}

/** An empty catch clause or handler gets a body that logs. */
export function writeLogError(tree: SyntaxTree, node: Node): Fix | undefined {
  const title = 'Log the error';
  if (tree.kind(node) === K.CatchClause)
    return clauseFix(tree, node, { title, statement: (name) => `console.error(${name});` });
  const handler = skipOuter(tree, node);
  const body = isFunctionLiteral(tree, handler) ? skipOuter(tree, tree.child(handler, 'body')) : 0;
  const keepsValue =
    body !== 0 &&
    tree.kind(body) !== K.Block &&
    tree.kind(body) !== K.VoidExpression &&
    tree.textOf(body) !== 'undefined';
  const newText = keepsValue ? `(error) => { ${LOG} return ${tree.textOf(body)}; }` : `(error) => { ${LOG} }`;
  return { title, kind: 'suggestion', edits: [{ range: { start: tree.start(node), end: tree.end(node) }, newText }] };
}

export function writeRethrow(tree: SyntaxTree, node: Node): Fix | undefined {
  if (tree.kind(node) !== K.CatchClause) return undefined;
  return clauseFix(tree, node, { title: 'Throw the error again', statement: (name) => `throw ${name};` });
}

interface ClauseFix {
  readonly title: string;
  readonly statement: (name: string) => string;
}

function clauseFix(tree: SyntaxTree, clause: Node, { title, statement }: ClauseFix): Fix | undefined {
  const block = tree.child(clause, 'block');
  const variable = tree.child(clause, 'variableDeclaration');
  const name = variable === 0 ? 'error' : tree.textOf(tree.child(variable, 'name'));
  if (!/^[\w$]+$/.test(name)) return undefined;
  const declare = variable === 0 ? [insert(tree.start(block), `(${name}) `)] : [];
  const open = tree.start(block) + 1;
  const outer = indentationAt(tree, lineStartOf(tree, tree.start(clause)));
  const line = lineBreak(tree);
  const isEmpty = tree.text.slice(open, tree.end(block) - 1).trim() === '';
  const added = `${line}${deeper(tree, outer)}${statement(name)}`;
  const edit = isEmpty
    ? { range: { start: open, end: tree.end(block) - 1 }, newText: `${added}${line}${outer}` }
    : insert(open, added);
  return { title, kind: 'suggestion', edits: [...declare, edit] };
}
