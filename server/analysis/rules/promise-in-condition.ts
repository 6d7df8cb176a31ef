import type { ValueUse } from '../facts.ts';
import { defineRule } from '../rule.ts';

export const promiseInCondition = defineRule({
  id: 'promise-in-condition',
  severity: 'error',
  summary: 'A promise is tested, compared or calculated with instead of its value.',
  rationale:
    'A promise is always truthy and equal to nothing but itself: the condition does not say what it seems to say.',
  hint: 'Await the promise first.',
  languages: ['typescript', 'python'],
  needs: ['conditions'],
  limits: [
    'A value that may be something else than a promise (`Promise<User> | undefined`) may well be tested.',
    'An element (`cache[key]`) may be missing, whatever its type says.',
    'Two promises may be compared: only a comparison with a plain value is reported.',
    'A variable or field that is assigned anywhere in the file may be empty until then.',
  ],
  *check({ facts }) {
    for (const use of facts.uses) {
      if (!TESTED.has(use.kind) || use.value !== 'promise') continue;
      yield { range: use.range, message: messageOf(use), fixes: [{ kind: 'await', at: use.range }] };
    }
  },
  examples: {
    typescript: {
      bad: [
        `declare function isAdmin(): Promise<boolean>;\nif (isAdmin()) console.log('welcome');\n//  ^^^ always truthy`,
        `declare function isAdmin(): Promise<boolean>;\nexport const name = !isAdmin() ? 'guest' : 'admin';\n//                   ^^^ always truthy`,
        `declare function count(): Promise<number>;\nif (count() > 3) console.log('many');\n//  ^^^ compared`,
        `declare function count(): Promise<number>;\nexport const next = count() + 1;\n//                  ^^^ calculated`,
        `declare function key(): Promise<string>;\ndeclare const table: Record<string, string>;\nexport const pick = table[key() as never];\n//                        ^^^ used as a key`,
        `declare function isAdmin(): Promise<boolean>;\nwhile (isReady && isAdmin()) console.log('x');\n//                ^^^ always truthy`,
      ],
      good: [
        `declare function isAdmin(): Promise<boolean>;\nif (await isAdmin()) console.log('welcome');`,
        `let pending: Promise<void> | undefined;\nexport function start() { if (!pending) pending = save(); return pending; }`,
        `export function wait(pending?: Promise<void>) { return pending ? pending : save(); }`,
        `const cache: Record<string, Promise<string>> = {};\nexport function get(key: string) { if (cache[key]) return cache[key]; return (cache[key] = load()); }\nexport function first(all: Promise<string>[]) { const one = all[0]; return one ? one : undefined; }`,
        `let current: Promise<string> | undefined;\nexport async function latest() { const mine = load(); current = mine; await mine; return current === mine; }`,
        `export function same(a: Promise<void>, b: Promise<void>) { return a === b; }`,
      ],
    },
    python: { bad: [`if is_admin():\n#  ^^^ always truthy\n    pass`], good: [`if await is_admin():\n    pass`] },
  },
});

const TESTED: ReadonlySet<string> = new Set(['condition', 'comparison', 'arithmetic', 'index']);

function messageOf({ kind, text }: ValueUse): string {
  switch (kind) {
    case 'comparison':
      return `The promise \`${text}\` is compared, not its value`;
    case 'arithmetic':
      return `The promise \`${text}\` is calculated with, not its value`;
    case 'index':
      return `The promise \`${text}\` is used as a key, not its value`;
    default:
      return `\`${text}\` is a promise, which is always truthy`;
  }
}
