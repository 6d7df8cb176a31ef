/** Which text of a file is a function's own: the linter's functions begin and end at the same places. */
import type { AnyNode } from 'acorn';
import type { FunctionNode } from './walk.ts';

/** A module before and after its types were blanked; the same text twice when it has none. Equally long. */
export interface Texts {
  readonly source: string;
  readonly authored: string;
}

/**
 * From the first token, `export` and a member's modifiers included, to the last. Decorators and keys count, the variable or property that
 * an arrow function is assigned to does not.
 */
export function functionText(texts: Texts, node: FunctionNode, parent: AnyNode): { start: number; end: number } {
  const whole = isMember(parent, node) || isExport(parent, node) ? parent : node;
  if (texts.source === texts.authored) return { start: whole.start, end: node.end };
  return { start: authoredStart(texts, whole), end: authoredEnd(texts, node) };
}

function isMember(parent: AnyNode, node: AnyNode): boolean {
  if (parent.type === 'MethodDefinition') return parent.value === node;
  return parent.type === 'Property' && parent.value === node && (parent.method || parent.kind !== 'init');
}

/** `export default () => {}` exports an expression: the function is only its value. */
function isExport(parent: AnyNode, node: AnyNode): boolean {
  return (
    node.type === 'FunctionDeclaration' &&
    (parent.type === 'ExportNamedDeclaration' || parent.type === 'ExportDefaultDeclaration')
  );
}

/** Blanked modifiers and type parameters before the first token that is left. */
function authoredStart({ source, authored }: Texts, whole: AnyNode): number {
  if (whole.type === 'MethodDefinition') {
    const before = authored.slice(Math.max(0, whole.start - MODIFIERS), whole.start);
    const modifiers = /(?<![\w$#.])(?:(?:public|private|protected|override)(?:\s|\/\*[^]*?\*\/)+)+$/.exec(before);
    return whole.start - (modifiers?.[0].length ?? 0);
  }
  if (whole.type !== 'ArrowFunctionExpression') return whole.start;
  let blank = whole.start;
  while (blank > 0 && /\s/.test(source.charAt(blank - 1))) blank--;
  const gap = authored.slice(blank, whole.start).trimStart();
  return gap.startsWith('<') ? whole.start - gap.length : whole.start;
}

/** Longest text of modifiers that is looked for. */
const MODIFIERS = 200;

/** `async () => value as Type`: what was blanked behind the value belongs to it. */
function authoredEnd({ source, authored }: Texts, node: FunctionNode): number {
  if (node.type !== 'ArrowFunctionExpression' || node.body.type === 'BlockStatement') return node.end;
  const blank = /^\s*/.exec(source.slice(node.end))?.[0].length ?? 0;
  const gap = authored.slice(node.end, node.end + blank);
  return /^[^\S\r\n]*(?:!|as\b|satisfies\b)/.test(gap) ? node.end + gap.trimEnd().length : node.end;
}
