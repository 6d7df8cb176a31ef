/** Every fix that an example offers, written out: it parses, and the finding is gone. The texts are golden. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import type { Fix } from '#analysis/fixes.ts';
import { rules } from '#analysis/rules/index.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { asModule, projectFiles, withExamples } from './exampleProject.ts';

const bad = Object.fromEntries(
  rules.flatMap(({ id, examples }) =>
    (examples.typescript?.bad ?? []).map(
      (source, index) => [`${id}.${index}.ts`, asModule(withoutMarks(source))] as const,
    ),
  ),
);

/** An offered fix and the text it makes. */
interface Offer {
  readonly name: string;
  readonly ruleId: string;
  readonly before: number;
  readonly title: string;
  readonly kind: Fix['kind'];
  readonly text: string;
}

test('every offered fix repairs its finding', async (t) => {
  const folder = await temporaryFolder(t, { ...projectFiles, ...bad });
  const offers = await collectOffers(folder);
  const fixed = await temporaryFolder(t, {
    ...projectFiles,
    ...Object.fromEntries(offers.map(({ name, text }) => [name, text])),
  });
  const { findings, problems } = await withExamples(fixed, { engine: 'native', rules }, (run) => run);
  assert.deepEqual(problems, []);
  for (const { name, ruleId, before, title } of offers) {
    const left = findings.filter((finding) => path.basename(finding.file) === name && finding.ruleId === ruleId);
    assert.equal(
      left.length,
      before - 1,
      `${name}: "${title}" leaves ${JSON.stringify(left.map(({ message }) => message))}`,
    );
  }
  t.assert.snapshot(offers.map(({ name, title, kind, text }) => `// ${name} ${kind}: ${title}\n${text}`));
});

test('both engines write the same fixes', async (t) => {
  const folder = await temporaryFolder(t, { ...projectFiles, ...bad });
  assert.deepEqual(await collectOffers(folder, 'embedded'), await collectOffers(folder, 'native'));
});

for (const engine of ['native', 'embedded'] as const) {
  test(`no await at the top of what becomes CommonJS (${engine})`, async (t) => {
    const source = 'save();\nexport async function run() { save(); }\n';
    const settings = { target: 'es2022', module: 'commonjs', ignoreDeprecations: '6.0', types: [] };
    const folder = await temporaryFolder(t, {
      ...projectFiles,
      'tsconfig.json': JSON.stringify({ compilerOptions: settings, include: ['.'] }),
      'main.ts': source,
      'module.mts': source,
    });
    const awaits = await withExamples(folder, { engine, rules }, ({ findings, writeFix }) =>
      findings.map(({ file, range, fixes }) => {
        const titles = fixes.flatMap((intent) => writeFix(file, intent)?.title ?? []);
        return `${path.basename(file)} ${range.start === 0 ? 'top' : 'inside'} ${titles.includes('Add await')}`;
      }),
    );
    assert.deepEqual(awaits, [
      'main.ts top false',
      'main.ts inside true',
      'module.mts top true',
      'module.mts inside true',
    ]);
  });
}

async function collectOffers(folder: string, engine: 'native' | 'embedded' = 'native'): Promise<Offer[]> {
  return await withExamples(folder, { engine, rules }, ({ findings, writeFix }) =>
    findings.flatMap((finding) => {
      const name = path.basename(finding.file);
      const same = findings.filter(({ file, ruleId }) => file === finding.file && ruleId === finding.ruleId);
      const position = same.indexOf(finding);
      const source = bad[name] ?? '';
      // Examples may show findings of other rules too; each rule's own examples test its fixes.
      if (!name.startsWith(`${finding.ruleId}.`)) return [];
      return finding.fixes.flatMap((intent, choice) => {
        const fix = writeFix(finding.file, intent);
        if (fix === undefined) return [];
        const file = `${name.slice(0, -3)}.${position}.${choice}.ts`;
        return [
          {
            name: file,
            ruleId: finding.ruleId,
            before: same.length,
            title: fix.title,
            kind: fix.kind,
            text: applied(source, fix),
          },
        ];
      });
    }),
  );
}

function applied(text: string, { edits }: Fix): string {
  return edits
    .toReversed()
    .reduce((at, { range, newText }) => at.slice(0, range.start) + newText + at.slice(range.end), text);
}

/** Marks are comments under the code: fixes would move away from them. */
function withoutMarks(source: string): string {
  return source
    .split('\n')
    .filter((line) => !/^\s*\/\/\s*\^+ /.test(line))
    .join('\n');
}
