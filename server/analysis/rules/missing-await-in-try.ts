import { defineRule } from '../rule.ts';

export const missingAwaitInTry = defineRule({
  id: 'missing-await-in-try',
  severity: 'error',
  summary: 'A promise is returned from a `try` block without `await`, so the block around it never sees its rejection.',
  rationale:
    'The function ends before the promise rejects: the `catch` written for it does not run, and `finally` runs too early.',
  hint: 'Write `return await`.',
  languages: ['typescript', 'python'],
  needs: ['try-returns'],
  limits: [
    'Only async functions: others cannot await.',
    'A `try` with only a `finally` is not reported: nobody meant to catch.',
  ],
  *check({ facts }) {
    for (const use of facts.uses) {
      if (use.kind !== 'returned-in-try' || use.value === 'promise-array') continue;
      yield {
        range: use.range,
        message: `\`${use.text}\` is returned without \`await\`, so the \`try\` around it does not catch its rejection`,
        fixes: [{ kind: 'await', at: use.range }],
      };
    }
  },
  examples: {
    typescript: {
      bad: [
        `export async function read() {\n  try {\n    return load();\n    //     ^^^ returned without \`await\`\n  } catch {\n    return '';\n  }\n}`,
        `export async function read(isFast: boolean) {\n  try {\n    return isFast ? 'x' : load();\n    //                    ^^^ returned without \`await\`\n  } catch (error) {\n    console.error(error);\n    return '';\n  }\n}`,
      ],
      good: [
        `export async function read() {\n  try {\n    return await load();\n  } catch {\n    return '';\n  }\n}`,
        `export async function read() {\n  return load();\n}`,
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
