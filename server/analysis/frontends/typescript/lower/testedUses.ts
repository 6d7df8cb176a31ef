/** Values that are tested, compared or calculated with. */
import type { UseKind } from '../../../facts.ts';
import { rangeOf, skipOuter } from '../syntax/expressions.ts';
import { K, type Kind } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { holdsCall, isNeverPromise } from './knownResults.ts';
import { UseCollector, canHoldPromise, valueOf } from './useDraft.ts';

/** Nodes that test, compare or calculate. */
export const testingKinds: readonly Kind[] = [
  K.SwitchStatement,
  K.IfStatement,
  K.WhileStatement,
  K.DoStatement,
  K.ForStatement,
  K.ConditionalExpression,
  K.PrefixUnaryExpression,
  K.ElementAccessExpression,
  K.BinaryExpression,
];

export class TestedUses extends UseCollector {
  tested(node: Node): void {
    const tree = this.tree;
    const kind = tree.kind(node);
    switch (kind) {
      case K.SwitchStatement:
        this.#operand(tree.child(node, 'expression'), 'comparison', node);
        return;
      case K.IfStatement:
      case K.WhileStatement:
      case K.DoStatement:
        this.#condition(tree.child(node, 'expression'), 'condition', node);
        return;
      case K.ForStatement:
      case K.ConditionalExpression:
        this.#condition(tree.child(node, 'condition'), 'condition', node);
        return;
      case K.PrefixUnaryExpression:
        if (tree.text.charCodeAt(tree.start(node)) === EXCLAMATION)
          this.#condition(tree.child(node, 'operand'), 'condition', node);
        return;
      case K.ElementAccessExpression:
        this.#operand(tree.child(node, 'argumentExpression'), 'index', node);
        return;
      case K.BinaryExpression:
        this.#binary(node);
    }
  }

  #binary(node: Node): void {
    const tree = this.tree;
    const operator = tree.kind(tree.child(node, 'operatorToken'));
    if (operator === K.AmpersandAmpersandToken || operator === K.BarBarToken) {
      this.#condition(tree.child(node, 'left'), 'condition', node);
      return;
    }
    const use: UseKind | undefined = COMPARISONS.has(operator)
      ? 'comparison'
      : ARITHMETIC.has(operator)
        ? 'arithmetic'
        : undefined;
    if (use === undefined) return;
    const [left, right] = [tree.child(node, 'left'), tree.child(node, 'right')];
    if (!IDENTITY.has(operator) || isTelling(tree, left, right)) this.#operand(left, use, node);
    if (operator === K.InKeyword) return;
    if (!IDENTITY.has(operator) || isTelling(tree, right, left)) this.#operand(right, use, node);
  }

  /** Operands of `&&`, `||` and `!` inside a condition are visited as nodes of their own. */
  #condition(expression: Node, kind: UseKind, within: Node): void {
    const tree = this.tree;
    const node = skipOuter(tree, expression);
    const nodeKind = tree.kind(node);
    // Whatever its type says, an element may be missing.
    if (nodeKind === K.ElementAccessExpression) return;
    if (nodeKind === K.BinaryExpression) {
      const operator = tree.kind(tree.child(node, 'operatorToken'));
      if (operator === K.AmpersandAmpersandToken || operator === K.BarBarToken)
        this.#condition(tree.child(node, 'right'), kind, within);
      return;
    }
    if (nodeKind !== K.CallExpression && !canHoldPromise(nodeKind)) return;
    if (isNeverPromise(this.part, node)) return;
    this.#addTested(kind, node, within);
  }

  /** Comparisons and arithmetic are everywhere: only calls, and constants that hold a call's result, are worth a question. */
  #operand(expression: Node, kind: UseKind, within: Node): void {
    const tree = this.tree;
    const node = skipOuter(tree, expression);
    const nodeKind = tree.kind(node);
    if (nodeKind === K.CallExpression || (nodeKind === K.Identifier && holdsCall(this.part, node)))
      this.#addTested(kind, node, within);
  }

  #addTested(kind: UseKind, node: Node, within: Node): void {
    this.add({ kind, within: rangeOf(this.tree, within) }, node, valueOf(this.part, node));
  }
}

/** A kept promise may well be the same as another one: only a plain value on the other side shows that the promise was not meant. */
function isTelling(tree: SyntaxTree, operand: Node, other: Node): boolean {
  const node = skipOuter(tree, operand);
  const isFresh =
    tree.kind(node) === K.CallExpression && tree.textOf(tree.child(node, 'expression')) !== 'Promise.resolve';
  return isFresh || isPlain(tree, other);
}

function isPlain(tree: SyntaxTree, node: Node): boolean {
  return PLAIN.has(tree.kind(skipOuter(tree, node)));
}

const PLAIN: ReadonlySet<number> = new Set([
  K.StringLiteral,
  K.NoSubstitutionTemplateLiteral,
  K.TemplateExpression,
  K.NumericLiteral,
  K.BigIntLiteral,
  K.TrueKeyword,
  K.FalseKeyword,
  K.TypeOfExpression,
]);

const IDENTITY: ReadonlySet<number> = new Set([
  K.EqualsEqualsToken,
  K.EqualsEqualsEqualsToken,
  K.ExclamationEqualsToken,
  K.ExclamationEqualsEqualsToken,
]);

const EXCLAMATION = 33;

const COMPARISONS: ReadonlySet<number> = new Set([
  K.EqualsEqualsToken,
  K.EqualsEqualsEqualsToken,
  K.ExclamationEqualsToken,
  K.ExclamationEqualsEqualsToken,
  K.LessThanToken,
  K.GreaterThanToken,
  K.LessThanEqualsToken,
  K.GreaterThanEqualsToken,
  K.InKeyword,
]);

const ARITHMETIC: ReadonlySet<number> = new Set([
  K.PlusToken,
  K.MinusToken,
  K.AsteriskToken,
  K.SlashToken,
  K.PercentToken,
  K.AsteriskAsteriskToken,
]);
