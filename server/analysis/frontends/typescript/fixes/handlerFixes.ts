/** Fixes that give a rejection a real handler. */
import type { Fix } from '../../../fixes.ts';
import { chainedCall, isFunctionLiteral, rangeOf, skipOuter } from '../syntax/expressions.ts';
import { K, type Kind } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { handlerOutcome } from '../lower/handlerOutcome.ts';
import { Scopes } from '../syntax/scopes.ts';
import { bindsLooser, insert } from './awaitFix.ts';
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
  const isLoose =
    LOOSE.has(tree.kind(node)) || (tree.kind(node) === K.NewExpression && !tree.textOf(node).endsWith(')'));
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
  K.AsExpression,
  K.SatisfiesExpression,
  K.TypeAssertionExpression,
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
  const indented = indentedBlock(tree, block, middle.slice(outer.length)).trimEnd();
  return `{${line}${middle}try {${indented}${line}${middle}} catch (error) {${line}${deeper(tree, middle)}${LOG}${line}${middle}}${line}${outer}}`;
}

/** What stands between the braces, each line further in; lines of strings and templates stay as they are. */
function indentedBlock(tree: SyntaxTree, block: Node, by: string): string {
  const start = tree.start(block) + 1;
  const end = tree.subtreeEnd(block);
  const fixed = tree
    .nodesOf(...LITERALS)
    .filter((node) => node > block && node < end)
    .map((node) => rangeOf(tree, node));
  return tree.text.slice(start, tree.end(block) - 1).replace(/\n(?=[^\r\n])/g, (line, at: number) => {
    const offset = start + at;
    return fixed.some((range) => range.start < offset && offset < range.end) ? line : line + by;
  });
}

const LITERALS: readonly Kind[] = [
  K.StringLiteral,
  K.NoSubstitutionTemplateLiteral,
  K.TemplateHead,
  K.TemplateMiddle,
  K.TemplateTail,
];

function guardedExpression(tree: SyntaxTree, body: Node): string {
  const value = skipOuter(tree, body);
  if (tree.kind(value) === K.AwaitExpression) return guarded(tree, body, `${tree.textOf(value)};`);
  const text = tree.textOf(body);
  return guarded(tree, body, bindsLooser(tree, body) ? `await (${text});` : `await ${text};`);
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
  const value = valueOfHandler(tree, node);
  if (value === undefined) return undefined;
  const newText = value === '' ? `(error) => { ${LOG} }` : `(error) => { ${LOG} return ${value}; }`;
  return { title, kind: 'suggestion', edits: [{ range: rangeOf(tree, node), newText }] };
}

/** Text of the constant that a handler answers with, '' for nothing; `undefined` when its body is elsewhere. */
function valueOfHandler(tree: SyntaxTree, node: Node): string | undefined {
  const handler = skipOuter(tree, node);
  if (!isFunctionLiteral(tree, handler))
    return handlerOutcome({ tree, scopes: new Scopes(tree) }, handler) === 'empty' ? '' : undefined;
  const body = tree.child(handler, 'body');
  const statement = tree.list(body, 'statements').find((item) => tree.kind(item) === K.ReturnStatement) ?? 0;
  const result = tree.kind(body) === K.Block ? tree.child(statement, 'expression') : body;
  const value = skipOuter(tree, result);
  const isNothing = value === 0 || tree.kind(value) === K.VoidExpression || tree.textOf(value) === 'undefined';
  return isNothing ? '' : tree.textOf(result);
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
