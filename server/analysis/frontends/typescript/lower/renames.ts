/** Second names of functions. A name found here is only a hint where to look: the compiler decides what it stands for. */
import type { Rename } from '../../../facts.ts';
import { hasModifier, nameText, skipOuter } from '../syntax/expressions.ts';
import { K, type Kind } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';

/** A rename, with the nodes that a symbol of the second name is declared at and the value it names; 0 when it names an import. */
export interface RenameDraft extends Rename {
  readonly declarations: readonly Node[];
  readonly value: Node;
}

export function collectRenames(tree: SyntaxTree): RenameDraft[] {
  return tree
    .nodesOf(...RENAMING)
    .flatMap((node) => renameAt(tree, node) ?? [])
    .filter(({ from, to }) => from !== '' && to !== '');
}

const RENAMING: readonly Kind[] = [
  K.ImportSpecifier,
  K.ExportSpecifier,
  K.ImportClause,
  K.ExportAssignment,
  K.FunctionDeclaration,
  K.ClassDeclaration,
  K.VariableDeclaration,
  K.PropertyAssignment,
  K.ShorthandPropertyAssignment,
  K.BinaryExpression,
];

function renameAt(tree: SyntaxTree, node: Node): RenameDraft | undefined {
  switch (tree.kind(node)) {
    case K.ImportSpecifier:
    case K.ExportSpecifier: {
      const original = tree.child(node, 'propertyName');
      return original === 0 ? undefined : named(nameText(tree, original), nameText(tree, tree.child(node, 'name')));
    }
    case K.ImportClause:
      return named('default', nameText(tree, tree.child(node, 'name')));
    case K.ExportAssignment:
      return named(nameText(tree, skipOuter(tree, tree.child(node, 'expression'))), 'default');
    case K.FunctionDeclaration:
    case K.ClassDeclaration:
      return hasModifier(tree, node, K.DefaultKeyword)
        ? named(nameText(tree, tree.child(node, 'name')), 'default')
        : undefined;
    case K.VariableDeclaration:
    case K.PropertyAssignment:
      return valueRename(tree, node);
    case K.ShorthandPropertyAssignment: {
      const name = tree.child(node, 'name');
      return { from: nameText(tree, name), to: nameText(tree, name), declarations: [node], value: name };
    }
    case K.BinaryExpression:
      return assignmentRename(tree, node);
    default:
      return undefined;
  }
}

function named(from: string, to: string): RenameDraft {
  return { from, to, declarations: [], value: 0 };
}

/** `const read = load`, `{ read: load }`, `const load = require('./load')`. */
function valueRename(tree: SyntaxTree, node: Node): RenameDraft | undefined {
  const value = skipOuter(tree, tree.child(node, 'initializer'));
  const to = nameText(tree, tree.child(node, 'name'));
  if (tree.kind(value) === K.Identifier) return { from: tree.textOf(value), to, declarations: [node], value };
  const isRequire = tree.kind(value) === K.CallExpression && tree.textOf(tree.child(value, 'expression')) === 'require';
  return isRequire ? named('default', to) : undefined;
}

/** `exports.read = load`, `module.exports = load`. */
function assignmentRename(tree: SyntaxTree, node: Node): RenameDraft | undefined {
  const left = skipOuter(tree, tree.child(node, 'left'));
  const value = skipOuter(tree, tree.child(node, 'right'));
  if (tree.kind(left) !== K.PropertyAccessExpression || tree.kind(value) !== K.Identifier) return undefined;
  if (tree.kind(tree.child(node, 'operatorToken')) !== K.EqualsToken) return undefined;
  const name = tree.child(left, 'name');
  const to = tree.textOf(name) === 'exports' ? 'default' : tree.textOf(name);
  return { from: tree.textOf(value), to, declarations: [node, left, name], value };
}
