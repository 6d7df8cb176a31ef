/**
 * What a callee stands for, as far as its own file tells: functions of the file, imports, globals. Constants are followed
 * (`const { readFile } = fs.promises`), everything else is `unknown` and left to the compiler.
 */
import type { FunctionIndex, Target } from '../../../facts.ts';
import { isFunction, isFunctionLiteral, nameText, skipOuter } from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Declaration, Scopes } from '../syntax/scopes.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { withoutNodePrefix } from '../symbolRef.ts';

const UNKNOWN: Target = { kind: 'unknown' };
/** Chains of constants longer than this are not followed. */
const MAX_STEPS = 6;

export class Targets {
  readonly #tree: SyntaxTree;
  readonly #scopes: Scopes;
  readonly #functionAt: (node: Node) => FunctionIndex | undefined;

  /** @param functionAt index of the function fact of a function node, `undefined` when functions are not collected */
  constructor(tree: SyntaxTree, scopes: Scopes, functionAt: (node: Node) => FunctionIndex | undefined) {
    this.#tree = tree;
    this.#scopes = scopes;
    this.#functionAt = functionAt;
  }

  /** @param expression a callee, or any expression that may name a function or a module */
  of(expression: Node, steps = 0): Target {
    const tree = this.#tree;
    const node = skipOuter(tree, expression);
    if (steps > MAX_STEPS) return UNKNOWN;
    if (isFunctionLiteral(tree, node)) return this.#functionTarget(node);
    switch (tree.kind(node)) {
      case K.Identifier:
        return this.#name(node, steps);
      case K.PropertyAccessExpression:
        return this.#member(node, steps);
      case K.CallExpression:
      case K.AwaitExpression:
        return this.#loadedModule(node);
      case K.ConditionalExpression:
        return this.#either(tree.child(node, 'whenTrue'), tree.child(node, 'whenFalse'), steps);
      default:
        return UNKNOWN;
    }
  }

  #name(identifier: Node, steps: number): Target {
    const declaration = this.#scopes.declarationOf(identifier);
    return declaration === undefined
      ? { kind: 'global', name: this.#tree.textOf(identifier) }
      : this.#declared(declaration, steps);
  }

  #declared({ node, name }: Declaration, steps: number): Target {
    const tree = this.#tree;
    switch (tree.kind(node)) {
      case K.FunctionDeclaration:
      case K.FunctionExpression:
        return this.#functionTarget(node);
      case K.ClassDeclaration:
      case K.ClassExpression:
        return this.#functionTarget(constructorOf(tree, node));
      case K.ImportSpecifier:
        return this.#imported(node, nameText(tree, tree.child(node, 'propertyName')) || name);
      case K.ImportClause:
      case K.NamespaceImport:
        return this.#imported(node, '');
      case K.ImportEqualsDeclaration: {
        const reference = tree.child(node, 'moduleReference');
        return moduleTarget(tree, tree.child(reference, 'expression'));
      }
      case K.VariableDeclaration:
        return this.#constant(node, steps);
      case K.BindingElement:
        return this.#destructured(node, name, steps);
      default:
        return UNKNOWN;
    }
  }

  /** `isFast ? test.skip : test`: both of one module, so either speaks for both. */
  #either(one: Node, other: Node, steps: number): Target {
    const [first, second] = [this.of(one, steps + 1), this.of(other, steps + 1)];
    const isSame = first.kind === 'import' && second.kind === 'import' && first.module === second.module;
    return isSame ? first : UNKNOWN;
  }

  #imported(node: Node, name: string): Target {
    const tree = this.#tree;
    let at = node;
    while (at > 1 && tree.kind(at) !== K.ImportDeclaration) at = tree.parent(at);
    const target = moduleTarget(tree, tree.child(at, 'moduleSpecifier'));
    return target.kind === 'import' ? { ...target, name: name === 'default' ? '' : name } : target;
  }

  /** Only what is written once and never assigned again speaks for itself; `let` could be anything by then. */
  #constant(declaration: Node, steps: number): Target {
    const initializer = this.#tree.child(declaration, 'initializer');
    if (initializer === 0 || !this.#isConst(declaration)) return UNKNOWN;
    return this.of(initializer, steps + 1);
  }

  #isConst(declaration: Node): boolean {
    const list = this.#tree.parent(declaration);
    const start = this.#tree.start(list);
    if (this.#tree.text.startsWith('const', start)) return true;
    // Old JavaScript: `var fs = require('fs')`, `var f = function () {}`. A reassignment of those is rare enough to accept.
    const initializer = skipOuter(this.#tree, this.#tree.child(declaration, 'initializer'));
    return isFunctionLiteral(this.#tree, initializer) || this.#loadedModule(initializer).kind === 'import';
  }

  #destructured(element: Node, name: string, steps: number): Target {
    const tree = this.#tree;
    const pattern = tree.parent(element);
    const declaration = tree.parent(pattern);
    if (tree.kind(pattern) !== K.ObjectBindingPattern || tree.kind(declaration) !== K.VariableDeclaration)
      return UNKNOWN;
    const initializer = tree.child(declaration, 'initializer');
    const source = initializer === 0 ? UNKNOWN : this.of(initializer, steps + 1);
    return memberOf(source, nameText(tree, tree.child(element, 'propertyName')) || name);
  }

  #member(access: Node, steps: number): Target {
    const tree = this.#tree;
    const object = skipOuter(tree, tree.child(access, 'expression'));
    const nameNode = tree.child(access, 'name');
    const name = tree.textOf(nameNode);
    if (tree.kind(object) === K.ThisKeyword) return this.#ownMember(access, name);
    const own = this.#objectMember(object, name);
    return own ?? memberOf(this.of(object, steps + 1), name);
  }

  /** `this.load()` inside a class: its own method or function-valued field, if the class declares exactly one. */
  #ownMember(access: Node, name: string): Target {
    const tree = this.#tree;
    let at = tree.parent(access);
    while (at > 1 && tree.kind(at) !== K.ClassDeclaration && tree.kind(at) !== K.ClassExpression) at = tree.parent(at);
    return at > 1 ? this.#memberFunction(at, name) : UNKNOWN;
  }

  /** Static members of a class and members of a constant object literal of this file. */
  #objectMember(object: Node, name: string): Target | undefined {
    const tree = this.#tree;
    if (tree.kind(object) !== K.Identifier) return undefined;
    const declaration = this.#scopes.declarationOf(object);
    if (declaration === undefined) return undefined;
    const { node } = declaration;
    if (tree.kind(node) === K.ClassDeclaration) return this.#memberFunction(node, name);
    const initializer =
      tree.kind(node) === K.VariableDeclaration ? skipOuter(tree, tree.child(node, 'initializer')) : 0;
    if (tree.kind(initializer) !== K.ObjectLiteralExpression) return undefined;
    return this.#memberFunction(initializer, name);
  }

  #memberFunction(owner: Node, name: string): Target {
    const members = this.#scopes.membersNamed(owner, name);
    const bodies = members.map((member) => functionOfMember(this.#tree, member)).filter((fn) => fn !== 0);
    const [only] = bodies;
    return only !== undefined && bodies.length === 1 ? this.#functionTarget(only) : UNKNOWN;
  }

  /** `require('fs')`, `await import('fs')`. */
  #loadedModule(node: Node): Target {
    const tree = this.#tree;
    const call = tree.kind(node) === K.AwaitExpression ? skipOuter(tree, tree.child(node, 'expression')) : node;
    if (tree.kind(call) !== K.CallExpression) return UNKNOWN;
    const callee = tree.child(call, 'expression');
    const isRequire = tree.kind(callee) === K.Identifier && tree.textOf(callee) === 'require';
    if (!isRequire && tree.kind(callee) !== K.ImportKeyword) return UNKNOWN;
    const [specifier] = tree.list(call, 'arguments');
    return specifier === undefined ? UNKNOWN : moduleTarget(tree, specifier);
  }

  #functionTarget(node: Node): Target {
    const index = node === 0 ? undefined : this.#functionAt(node);
    return index === undefined ? UNKNOWN : { kind: 'function', index };
  }
}

/** Own constructor of a class, or 0. */
function constructorOf(tree: SyntaxTree, type: Node): Node {
  return (
    tree
      .list(type, 'members')
      .find((member) => tree.kind(member) === K.Constructor && tree.child(member, 'body') !== 0) ?? 0
  );
}

/** The function that a class member or property is, or holds: 0 when it is none. */
export function functionOfMember(tree: SyntaxTree, member: Node): Node {
  if (isFunction(tree, member)) return tree.child(member, 'body') === 0 ? 0 : member;
  const value = skipOuter(tree, tree.child(member, 'initializer'));
  return isFunctionLiteral(tree, value) ? value : 0;
}

function moduleTarget(tree: SyntaxTree, specifier: Node): Target {
  const name = tree.kind(specifier) === K.StringLiteral ? nameText(tree, specifier) : '';
  return name === '' ? UNKNOWN : { kind: 'import', module: withoutNodePrefix(name), name: '' };
}

function memberOf(target: Target, name: string): Target {
  if (target.kind === 'import') {
    // `import fs from 'fs'` and `import * as fs` name the same members.
    return { ...target, name: target.name === '' ? (name === 'default' ? '' : name) : `${target.name}.${name}` };
  }
  return target.kind === 'global' ? { kind: 'global', name: `${target.name}.${name}` } : UNKNOWN;
}
