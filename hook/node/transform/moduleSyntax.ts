/** What only modules may say, put so that a function may say it: so the engine can check a changed module without running it. */
import type { AnyNode, MetaProperty, ModuleDeclaration } from 'acorn';
import type { Edits } from './edits.ts';

/**
 * Imports and lists of exports go, exported declarations stay. That names are imported, exported or declared twice needs no check:
 * the transform does not touch them.
 */
export function maskModuleDeclaration(edits: Edits, node: ModuleDeclaration): void {
  const declaration = 'declaration' in node ? node.declaration : undefined;
  if (!declaration) {
    edits.mask(node.start, node.end, ';');
    return;
  }
  const isValue = node.type === 'ExportDefaultDeclaration' && !isNamed(declaration);
  edits.mask(node.start, declaration.start, isValue ? '__rubato_x=' : '');
}

/** Function and class declarations; anonymous ones can only stand as values. */
function isNamed(node: AnyNode): boolean {
  return (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') && node.id !== null;
}

/** `import.meta`; `new.target` is the other one. */
export function maskMeta(edits: Edits, node: MetaProperty): void {
  if (node.meta.name === 'import') edits.mask(node.start, node.end, '__rubato_m');
}

/** The masked text as the body of a function that may await. */
export function asFunction(masked: string): string {
  return `async function __rubato_f(){"use strict";${masked}\n}`;
}
