import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fillTemplate, templateOf, templateSite } from '#hook/loaders/insertionTemplate.ts';
import { sourceMapComment } from '#hook/loaders/sourceMapComment.ts';
import { unpackSites } from '#hook/recorder/packedSites.ts';
import { transformModule } from '#hook/transform/transformModule.ts';

test('a template filled with ids is what the transform makes with them', () => {
  const paths = globSync(`${import.meta.dirname}/../equivalence/programs/**/*.{mjs,cjs}`);
  let changed = 0;
  for (const path of paths) {
    const source = readFileSync(path, 'utf8');
    const options = { format: path.endsWith('.mjs') ? 'module' : 'commonjs', file: 7, name: 'x' } as const;
    const direct = transformModule(source, { ...options, firstSite: 98 });
    const general = transformModule(source, { ...options, firstSite: templateSite });
    assert.equal(general === undefined, direct === undefined, path);
    if (general === undefined) continue;
    // As it comes back from the cache.
    const template: ReturnType<typeof templateOf> = JSON.parse(JSON.stringify(templateOf(general)));
    const { sites } = unpackSites({
      file: { id: 7, path },
      firstSite: 98,
      count: template.count,
      text: template.sites,
    });
    assert.deepEqual({ ...fillTemplate(template, source, 98), sites }, direct, path);
    changed += 1;
  }
  assert.ok(changed > 50);
});

test('the file that a sourceMappingURL comment names', () => {
  const checkComment = (text: string, expected: string | undefined): void =>
    assert.equal(sourceMapComment(text), expected, text);
  checkComment('a;\n//# sourceMappingURL=a.js.map\n', 'a.js.map');
  checkComment('a; //@ sourceMappingURL=../maps/a%20b.map', '../maps/a%20b.map');
  checkComment('a;\n/*# sourceMappingURL=a.css.map */', 'a.css.map');
  checkComment('//# sourceMappingURL=first.map\n//# sourceMappingURL=last.map', 'last.map');
  checkComment(`//# sourceMappingURL=data:application/json;base64,${'A'.repeat(9999)}`, 'inline');
  checkComment('const key = "sourceMappingURL=";', undefined);
  checkComment('', undefined);
});
