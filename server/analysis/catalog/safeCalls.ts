/** Calls whose promises may float: somebody else waits for them. */
import type { Target } from '../facts.ts';

/** Test runners wait for what is registered at their top level: every function of these modules is safe. */
const SAFE_MODULES: ReadonlySet<string> = new Set([
  'node:test',
  'bun:test',
  'vitest',
  '@jest/globals',
  'mocha',
  'ava',
  'uvu',
  'tap',
  '@playwright/test',
]);

/** Functions that test runners define globally; members such as `test.only` included. */
const SAFE_GLOBALS: ReadonlySet<string> = new Set([
  'test',
  'it',
  'describe',
  'suite',
  'before',
  'after',
  'beforeEach',
  'afterEach',
  'beforeAll',
  'afterAll',
  'xit',
  'xdescribe',
  'fit',
  'fdescribe',
]);

/** Functions of those modules that only register: assertions such as `expect(…).resolves` must be awaited all the same. */
const REGISTERS =
  /^(test|it|describe|suite|before|after|beforeEach|afterEach|beforeAll|afterAll|bench|todo|skip|only)(\.|$)/;

/** @param extra specifiers from the configuration: `module#name`, `module#*`, or a bare global name */
export function isSafeCall(target: Target, extra: readonly string[]): boolean {
  if (target.kind === 'import') {
    if (SAFE_MODULES.has(target.module) && (target.name === '' || REGISTERS.test(target.name))) return true;
    return extra.some((specifier) => matchesImport(specifier, target.module, target.name));
  }
  if (target.kind !== 'global') return false;
  const root = target.name.split('.')[0] ?? '';
  return (
    SAFE_GLOBALS.has(root) ||
    extra.some((specifier) => target.name === specifier || target.name.startsWith(`${specifier}.`))
  );
}

function matchesImport(specifier: string, module: string, name: string): boolean {
  const [wantedModule, wantedName] = specifier.split('#');
  if (wantedName === undefined || (wantedModule !== module && wantedModule !== `node:${module}`)) return false;
  return wantedName === '*' || name === wantedName || name.startsWith(`${wantedName}.`);
}
