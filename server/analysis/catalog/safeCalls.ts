/** Calls whose promises may float: somebody else waits for them. */
import type { Target } from '../facts.ts';
import { testGlobals, testModules } from './testRunners.ts';

/** Functions of test runners that only register: assertions such as `expect(…).resolves` must be awaited all the same. */
const REGISTERS =
  /^(test|it|describe|suite|before|after|beforeEach|afterEach|beforeAll|afterAll|bench|todo|skip|only)(\.|$)/;

/** @param extra specifiers from the configuration: `module#name`, `module#*`, or a bare global name */
export function isSafeCall(target: Target, extra: readonly string[]): boolean {
  if (target.kind === 'import') {
    if (testModules.has(target.module) && (target.name === '' || REGISTERS.test(target.name))) return true;
    return extra.some((specifier) => matchesImport(specifier, target.module, target.name));
  }
  if (target.kind !== 'global') return false;
  const root = target.name.split('.')[0] ?? '';
  return (
    testGlobals.has(root) ||
    extra.some((specifier) => target.name === specifier || target.name.startsWith(`${specifier}.`))
  );
}

function matchesImport(specifier: string, module: string, name: string): boolean {
  const [wantedModule, wantedName] = specifier.split('#');
  if (wantedName === undefined || (wantedModule !== module && wantedModule !== `node:${module}`)) return false;
  return wantedName === '*' || name === wantedName || name.startsWith(`${wantedName}.`);
}
