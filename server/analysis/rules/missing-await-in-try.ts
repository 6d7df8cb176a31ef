import type { ValueUse } from '../facts.ts';
import { defineRule, type RuleContext } from '../rule.ts';

export const missingAwaitInTry = defineRule({
  id: 'missing-await-in-try',
  severity: 'error',
  summary: 'A promise is returned from a `try` block without `await`, so the block around it never sees its rejection.',
  rationale:
    'The function ends before the promise rejects: the `catch` written for it does not run, and `finally` runs too early.',
  hint: 'Write `return await`.',
  languages: ['typescript', 'python'],
  needs: ['try-returns', 'program'],
  limits: [
    'Silent when the promise is known never to reject.',
    'Only async functions: others cannot await.',
    'A `try` with only a `finally` is not reported: nobody meant to catch.',
  ],
  *check(ctx) {
    for (const use of ctx.facts.uses) {
      if (!isReturned(use) || neverRejects(use, ctx)) continue;
      yield {
        range: use.range,
        message: messageOf(use),
        fixes: [{ kind: 'await', at: use.range }],
      };
    }
  },
  examples: {
    typescript: {
      bad: [
        `export async function read() {\n  try {\n    return load();\n    //     ^^^ returned without \`await\`\n  } catch {\n    return '';\n  }\n}`,
        `export async function read(isFast: boolean) {\n  try {\n    return isFast ? 'x' : load();\n    //                    ^^^ returned without \`await\`\n  } catch (error) {\n    console.error(error);\n    return '';\n  }\n}`,
        `declare const db: { find(id: string): Promise<string> };\nconst find = (id: string) => db.find(id);\nexport async function read(id: string) {\n  try {\n    return find(id);\n    //     ^^^ without \`await\`\n  } catch {\n    return null;\n  }\n}`,
        `declare const db: { find(id: string): Promise<string> };\nclass Orders {\n  find(id: string) { return this.load(id); }\n  load(id: string) { return db.find(id); }\n}\nexport async function read(orders: Orders) {\n  try {\n    return orders.find('1');\n    //     ^^^ without \`await\`\n  } catch {\n    return null;\n  }\n}`,
      ],
      good: [
        `export async function read() {\n  try {\n    return await load();\n  } catch {\n    return '';\n  }\n}`,
        `export async function read() {\n  return load();\n}`,
        `export async function wait() {\n  try {\n    return new Promise<void>((done) => setTimeout(done, 10));\n  } catch {\n    return undefined;\n  }\n}`,
        `export async function read() {\n  try {\n    return load().catch(() => '');\n  } catch {\n    return '';\n  }\n}`,
        `export async function read() {\n  try {\n    console.log('x');\n  } catch {\n    return load();\n  }\n  return '';\n}`,
        `export function read() {\n  try {\n    return load();\n  } catch {\n    return undefined;\n  }\n}`,
      ],
    },
    python: {
      bad: [`try:\n    return load()\n    #      ^^^ returned without await\nexcept OSError:\n    pass`],
      good: [`try:\n    return await load()\nexcept OSError:\n    pass`],
    },
  },
});

function isReturned({ kind, value }: ValueUse): boolean {
  return (kind === 'returned-in-try' || kind === 'returned-before-finally') && value !== 'promise-array';
}

function neverRejects({ call }: ValueUse, { facts, program }: RuleContext): boolean {
  if (call < 0 || program.resolve(facts.file, call).kind !== 'functions') return false;
  return program.callRejection(facts.file, call).level === 'never';
}

function messageOf({ kind, text }: ValueUse): string {
  return kind === 'returned-in-try'
    ? `\`${text}\` is returned without \`await\`, so the \`try\` around it does not catch its rejection`
    : `\`${text}\` is returned without \`await\`, so \`finally\` runs before it settles`;
}
