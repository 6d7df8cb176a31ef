/**
 * Lexical scopes of one file, worked out only where somebody asks: the declarations of a scope are gathered at its first look-up.
 * Follows ECMAScript's rules for `var` hoisting, blocks, parameters, classes and catch clauses; types are not its business.
 */
import { isFunction, nameText } from './expressions.ts';
import { K } from './kinds.ts';
import type { Node, SyntaxTree } from './tree.ts';

/** A declared name. */
export interface Declaration {
  readonly name: string;
  /** The identifier that is declared. */
  readonly identifier: Node;
  /** Variable declaration, binding element, parameter, function, class, enum, namespace or import. */
  readonly node: Node;
  /** The scope that holds it. */
  readonly scope: Node;
}

type Table = Map<string, Declaration>;

export class Scopes {
  readonly #tree: SyntaxTree;
  readonly #tables = new Map<Node, Table>();
  readonly #members = new Map<Node, Map<string, Node[]>>();
  #identifiers: Map<string, Node[]> | undefined;

  constructor(tree: SyntaxTree) {
    this.#tree = tree;
  }

  /** What a name stands for at a place; `undefined` for globals. */
  lookUp(name: string, from: Node): Declaration | undefined {
    for (let at = from; at > 0; at = this.#tree.parent(at)) {
      if (!SCOPES.has(this.#tree.kind(at))) continue;
      const found = this.#table(at).get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  declarationOf(identifier: Node): Declaration | undefined {
    return this.lookUp(this.#tree.textOf(identifier), identifier);
  }

  /** Every other place that names the declaration, in source order. */
  referencesTo(declaration: Declaration): Node[] {
    const { scope, name, identifier } = declaration;
    const end = this.#tree.subtreeEnd(scope);
    return this.identifiersNamed(name).filter(
      (node) =>
        node !== identifier &&
        node > scope &&
        node < end &&
        this.isVariable(node) &&
        this.declarationOf(node)?.identifier === identifier,
    );
  }

  /** All identifiers (and private names) with this text, in source order. */
  identifiersNamed(name: string): readonly Node[] {
    this.#identifiers ??= this.#indexIdentifiers();
    return this.#identifiers.get(name) ?? [];
  }

  #indexIdentifiers(): Map<string, Node[]> {
    const tree = this.#tree;
    return groupByText(tree.nodesOf(K.Identifier, K.PrivateIdentifier), (node) => tree.textOf(node));
  }

  /** Members of a class, or properties of an object literal, that are declared under a plain name. */
  membersNamed(owner: Node, name: string): readonly Node[] {
    let members = this.#members.get(owner);
    if (members === undefined) this.#members.set(owner, (members = this.#indexMembers(owner)));
    return members.get(name) ?? [];
  }

  #indexMembers(owner: Node): Map<string, Node[]> {
    const tree = this.#tree;
    const isLiteral = tree.kind(owner) === K.ObjectLiteralExpression;
    const members = tree.list(owner, isLiteral ? 'properties' : 'members');
    return groupByText(members, (member) => nameText(tree, tree.child(member, 'name')));
  }

  /** Whether an identifier stands for a variable: not a property name, label, or key. */
  isVariable(identifier: Node): boolean {
    const tree = this.#tree;
    const parent = tree.parent(identifier);
    switch (tree.kind(parent)) {
      case K.PropertyAccessExpression:
        return tree.child(parent, 'name') !== identifier;
      case K.PropertyAssignment:
      case K.MethodDeclaration:
      case K.PropertyDeclaration:
      case K.GetAccessor:
      case K.SetAccessor:
      case K.MethodSignature:
      case K.JsxAttribute:
        return tree.child(parent, 'name') !== identifier;
      case K.BindingElement:
      case K.ImportSpecifier:
        return tree.child(parent, 'propertyName') !== identifier;
      case K.BreakStatement:
      case K.ContinueStatement:
      case K.LabeledStatement:
        return tree.child(parent, 'label') !== identifier;
      default:
        return true;
    }
  }

  #table(scope: Node): Table {
    let table = this.#tables.get(scope);
    if (table === undefined) {
      table = new Map();
      this.#tables.set(scope, table);
      this.#gather(scope, table);
    }
    return table;
  }

  #gather(scope: Node, table: Table): void {
    const tree = this.#tree;
    const kind = tree.kind(scope);
    if (kind === K.SourceFile || isFunction(tree, scope)) this.#gatherHoisted(scope, table);
    if (isFunction(tree, scope)) {
      for (const parameter of tree.list(scope, 'parameters')) this.#declareBinding(parameter, scope, table);
      if (kind === K.FunctionExpression) this.#declareNamed(scope, scope, table);
    } else if (kind === K.ForStatement || kind === K.ForInStatement || kind === K.ForOfStatement) {
      this.#declareList(tree.child(scope, 'initializer'), scope, table);
    } else if (kind === K.CatchClause) {
      this.#declareBinding(tree.child(scope, 'variableDeclaration'), scope, table);
    } else if (kind === K.ClassExpression) {
      this.#declareNamed(scope, scope, table);
    } else {
      for (const statement of statementsOf(tree, scope)) this.#declareStatement(statement, scope, table);
    }
  }

  /** `var` declarations anywhere below, except in nested functions. */
  #gatherHoisted(scope: Node, table: Table): void {
    const tree = this.#tree;
    const end = tree.subtreeEnd(scope);
    for (let node = scope + 1; node < end;) {
      if (isFunction(tree, node)) {
        node = tree.subtreeEnd(node);
        continue;
      }
      if (tree.kind(node) === K.VariableDeclarationList && isVar(tree, node)) this.#declareList(node, scope, table);
      node++;
    }
  }

  #declareStatement(statement: Node, scope: Node, table: Table): void {
    const tree = this.#tree;
    switch (tree.kind(statement)) {
      case K.VariableStatement: {
        const list = tree.child(statement, 'declarationList');
        if (!isVar(tree, list)) this.#declareList(list, scope, table);
        return;
      }
      case K.FunctionDeclaration:
      case K.ClassDeclaration:
      case K.EnumDeclaration:
      case K.ModuleDeclaration:
      case K.ImportEqualsDeclaration:
        this.#declareNamed(statement, scope, table);
        return;
      case K.ImportDeclaration:
        this.#declareImports(tree.child(statement, 'importClause'), scope, table);
    }
  }

  #declareImports(clause: Node, scope: Node, table: Table): void {
    const tree = this.#tree;
    if (clause === 0) return;
    this.#declareNamed(clause, scope, table);
    const bindings = tree.child(clause, 'namedBindings');
    if (tree.kind(bindings) === K.NamespaceImport) this.#declareNamed(bindings, scope, table);
    for (const specifier of tree.list(bindings, 'elements')) this.#declareNamed(specifier, scope, table);
  }

  #declareList(list: Node, scope: Node, table: Table): void {
    for (const declaration of this.#tree.list(list, 'declarations')) this.#declareBinding(declaration, scope, table);
  }

  /** A variable, parameter or binding element whose name may be a pattern. */
  #declareBinding(node: Node, scope: Node, table: Table): void {
    const name = this.#tree.child(node, 'name');
    const kind = this.#tree.kind(name);
    if (kind === K.ObjectBindingPattern || kind === K.ArrayBindingPattern) {
      for (const element of this.#tree.list(name, 'elements')) this.#declareBinding(element, scope, table);
    } else {
      this.#declareNamed(node, scope, table);
    }
  }

  #declareNamed(node: Node, scope: Node, table: Table): void {
    const identifier = this.#tree.child(node, 'name');
    if (this.#tree.kind(identifier) !== K.Identifier) return;
    const name = this.#tree.textOf(identifier);
    // The first declaration speaks for a merged one: overloads, namespaces beside functions.
    if (!table.has(name)) table.set(name, { name, identifier, node, scope });
  }
}

function groupByText(nodes: readonly Node[], textOf: (node: Node) => string): Map<string, Node[]> {
  const groups = new Map<string, Node[]>();
  for (const node of nodes) {
    const text = textOf(node);
    const group = groups.get(text);
    if (group === undefined) groups.set(text, [node]);
    else group.push(node);
  }
  return groups;
}

const SCOPES: ReadonlySet<number> = new Set([
  K.SourceFile,
  K.ModuleBlock,
  K.Block,
  K.CaseBlock,
  K.ForStatement,
  K.ForInStatement,
  K.ForOfStatement,
  K.CatchClause,
  K.ClassExpression,
  K.FunctionDeclaration,
  K.FunctionExpression,
  K.ArrowFunction,
  K.MethodDeclaration,
  K.Constructor,
  K.GetAccessor,
  K.SetAccessor,
  K.ClassStaticBlockDeclaration,
]);

/** Statements directly in a scope; those of all clauses for a `switch`. */
export function statementsOf(tree: SyntaxTree, scope: Node): readonly Node[] {
  if (tree.kind(scope) === K.CaseBlock)
    return tree.list(scope, 'clauses').flatMap((clause) => tree.list(clause, 'statements'));
  return tree.list(scope, 'statements');
}

/** `let`, `const` and `using` are block scoped; the first word tells. */
function isVar(tree: SyntaxTree, list: Node): boolean {
  return tree.text.startsWith('var', tree.start(list));
}
