/** `readFileSync(p)` -> `await readFile(p)`, with the twin's import. */
import type { Fix, TextEdit, TwinName } from '../../../fixes.ts';
import { nameText, skipOuter } from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { Scopes } from '../syntax/scopes.ts';
import { insert, needsParentheses, sorted, withAwait } from './awaitFix.ts';
import { lineBreak, semicolonGuard } from './places.ts';

export function writeAsyncTwin(tree: SyntaxTree, call: Node, twin: TwinName): Fix | undefined {
  if (tree.kind(call) !== K.CallExpression) return undefined;
  const callee = skipOuter(tree, tree.child(call, 'expression'));
  const imported = importEdits(tree, call, twin);
  const [open, close] = needsParentheses(tree, call) ? [`${semicolonGuard(tree, call)}(`, ')'] : ['', ''];
  const edits: TextEdit[] = [
    ...imported.edits,
    { range: { start: tree.start(call), end: tree.end(callee) }, newText: `${open}await ${imported.name}` },
    ...(close === '' ? [] : [insert(tree.end(call), close)]),
  ];
  return withAwait(tree, call, {
    title: `Use \`${twin.name}\` of \`${twin.module}\` and await it`,
    edits: sorted(edits),
  });
}

interface Imported {
  /** What the twin is called in this file. */
  readonly name: string;
  readonly edits: readonly TextEdit[];
}

/** The twin may be imported already, its module may be, or nothing is; a taken name gets `Async` behind it. */
function importEdits(tree: SyntaxTree, call: Node, { module, name }: TwinName): Imported {
  const existing = importsOf(tree, module)
    .map((declaration) => namedImports(tree, declaration))
    .find((list) => list !== 0);
  const local = existing === undefined ? undefined : importedAs(tree, existing, name);
  if (local !== undefined) return { name: local, edits: [] };
  const isTaken = new Scopes(tree).lookUp(name, call) !== undefined;
  const alias = isTaken ? `${name}Async` : name;
  const specifier = isTaken ? `${name} as ${alias}` : name;
  if (existing !== undefined) {
    const last = tree.list(existing, 'elements').at(-1);
    if (last !== undefined) return { name: alias, edits: [insert(tree.end(last), `, ${specifier}`)] };
  }
  return { name: alias, edits: [newImport(tree, module, { specifier, name, alias })] };
}

function importsOf(tree: SyntaxTree, module: string): Node[] {
  const wanted = new Set([module, module.replace(/^node:/, '')]);
  return tree
    .list(1, 'statements')
    .filter(
      (statement) =>
        tree.kind(statement) === K.ImportDeclaration &&
        wanted.has(nameText(tree, tree.child(statement, 'moduleSpecifier'))),
    );
}

function namedImports(tree: SyntaxTree, declaration: Node): Node {
  const clause = tree.child(declaration, 'importClause');
  const bindings = tree.child(clause, 'namedBindings');
  return tree.kind(bindings) === K.NamedImports && !isTypeOnly(tree, clause) ? bindings : 0;
}

/** `type { Stats }` and `type Stats`: names that are gone when the program runs. */
function isTypeOnly(tree: SyntaxTree, node: Node): boolean {
  return /^type\s*[^\s,]/.test(tree.textOf(node)) && !/^type\s+as\b/.test(tree.textOf(node));
}

function importedAs(tree: SyntaxTree, list: Node, name: string): string | undefined {
  const found = tree.list(list, 'elements').find((specifier) => {
    const original = tree.child(specifier, 'propertyName');
    const imported = nameText(tree, original === 0 ? tree.child(specifier, 'name') : original);
    return imported === name && !isTypeOnly(tree, specifier);
  });
  return found === undefined ? undefined : nameText(tree, tree.child(found, 'name'));
}

/** Behind the last import or `require`, in the style of the file. */
function newImport(
  tree: SyntaxTree,
  module: string,
  { specifier, name, alias }: { specifier: string; name: string; alias: string },
): TextEdit {
  const statements = tree.list(1, 'statements');
  const imports = statements.filter((statement) => tree.kind(statement) === K.ImportDeclaration);
  const line = lineBreak(tree);
  const quote = /from "|require\("/.test(tree.text) ? '"' : "'";
  const lastImport = imports.at(-1);
  if (lastImport !== undefined) {
    return insert(tree.end(lastImport), `${line}import { ${specifier} } from ${quote}${module}${quote};`);
  }
  const lastRequire = statements
    .filter((statement) => /^(const|let|var)\b[^;]*\brequire\(/.test(tree.textOf(statement).slice(0, 200)))
    .at(-1);
  if (lastRequire === undefined) {
    const first = statements[0];
    return insert(
      first === undefined ? 0 : tree.start(first),
      `import { ${specifier} } from ${quote}${module}${quote};${line}`,
    );
  }
  const pattern = alias === name ? name : `${name}: ${alias}`;
  return insert(tree.end(lastRequire), `${line}const { ${pattern} } = require(${quote}${module}${quote});`);
}
