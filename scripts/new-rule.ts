import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';

/** `npm run new-rule <id>`: writes the file of a rule and registers it; documentation and tests come from the rule. */
const [id = ''] = process.argv.slice(2);
const file = `server/analysis/rules/${id}.ts`;
if (!/^[a-z]+(-[a-z]+)*$/.test(id))
  fail('usage: npm run new-rule <id>, where the id is a kebab-case noun phrase such as late-await');
if (existsSync(file)) fail(`${file} exists already`);
const name = id.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());

await writeFile(
  file,
  `import { defineRule } from '../rule.ts';

export const ${name} = defineRule({
  id: '${id}',
  severity: 'warning',
  summary: 'What is wrong, in one sentence.',
  rationale: 'Why it matters.',
  hint: 'How to repair it.',
  languages: ['typescript'],
  needs: ['program'],
  limits: [],
  *check({ facts }) {
    for (const call of facts.calls) {
      if (call.name === '${name}') yield { range: call.range, message: \`\\\`\${call.callee}\\\` is called\` };
    }
  },
  examples: {
    typescript: {
      bad: [\`declare function ${name}(): void;\\n${name}();\\n//^^^ is called\`],
      good: [\`await save();\`],
    },
  },
});
`,
);
const index = 'server/analysis/rules/index.ts';
const list = await readFile(index, 'utf8');
await writeFile(
  index,
  list
    .replace('import { swallowedRejection }', `import { ${name} } from './${id}.ts';\nimport { swallowedRejection }`)
    .replace('\n];', `\n  ${name},\n];`),
);
console.log(`Wrote ${file} and registered it. Next: npm run generate, then npm test.`);

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
