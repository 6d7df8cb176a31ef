/** Names of declared things, derived the same way from both engines' symbols. */
import type { DeclarationRef, SymbolRef } from './engine.ts';
import { isOwnSource } from './engines/ownSource.ts';

/**
 * @param declarations where the symbol is declared; at least one
 * @param names the symbol's name preceded by its parents', outermost first; a module's name is quoted or a file path
 */
export function symbolRef(declarations: readonly DeclarationRef[], names: readonly string[]): SymbolRef {
  const [first] = declarations;
  const outermost = names[0] ?? '';
  const isInModule = outermost.startsWith('"');
  const name = (isInModule ? names.slice(1) : names).join('.');
  const module =
    first === undefined || isOwnSource(first.file)
      ? undefined
      : moduleName(first.file, isInModule ? outermost.slice(1, -1) : '');
  return { declarations, name, module };
}

/** `declare module "fs"` names itself; other declarations are named by the package that holds their file. */
function moduleName(file: string, ambient: string): string {
  if (ambient !== '' && !ambient.startsWith('/') && !/^[a-z]:\//i.test(ambient)) return withoutNodePrefix(ambient);
  const at = file.lastIndexOf('/node_modules/');
  if (at < 0) return 'lib';
  const [scope = '', name = ''] = file.slice(at + '/node_modules/'.length).split('/');
  if (scope === 'typescript' || scope === '@typescript') return 'lib';
  if (scope === '@types') return name === 'node' ? 'lib' : typesFor(name);
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

/** `@types/foo__bar` describes `@foo/bar`. */
function typesFor(name: string): string {
  const [scope, rest] = name.split('__');
  return rest === undefined ? name : `@${scope}/${rest}`;
}

/** Node's own modules are named without their prefix: `fs`, `fs/promises`, but `node:test` keeps it, since `test` is another package. */
export function withoutNodePrefix(specifier: string): string {
  return specifier.startsWith('node:') && !PREFIX_ONLY.has(specifier) ? specifier.slice('node:'.length) : specifier;
}

const PREFIX_ONLY: ReadonlySet<string> = new Set(['node:test', 'node:sqlite', 'node:sea', 'node:test/reporters']);
