/** Published packages: whatever they are written like, the transform must not change what they say. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { TransformOptions } from '#hook/contracts.ts';
import { originalText } from '#protocol/insertions.ts';
import { rewriteModule } from '#hook/transform/rewriteModule.ts';
import { isValid } from '#hook/transform/syntax.ts';
import { isWorthParsing } from '#hook/transform/worthParsing.ts';
import { programShape } from './programShape.ts';

const packages = ['fastify', 'autocannon', 'c8', 'avvio', '@vscode/vsce'];

test('no package becomes another program', () => {
  let transformed = 0;
  for (const file of globSync(`node_modules/{${packages.join(',')}}/{lib,out,test}/**/*.js`)) {
    const source = readFileSync(file, 'utf8');
    if (source.length < 15_000 && isWorthParsing(source) && isSame(file, source)) transformed++;
  }
  assert.ok(transformed > 50, `${transformed} files transformed`);
});

/** Whether it was transformed. */
function isSame(file: string, source: string): boolean {
  const format = /\.mjs$|^(?:import|export) /m.test(`${file}\n${source}`) ? 'module' : 'commonjs';
  const options: TransformOptions = { format, file: 1, firstSite: 1, name: file };
  const changed = rewritten(source, options);
  if (changed === undefined) return false;
  assert.equal(isValid(changed, format), true, file);
  assert.ok(originalText(changed.code) === source, file);
  assert.ok(programShape(changed.code, format) === programShape(source, format), file);
  return true;
}

function rewritten(source: string, options: TransformOptions): ReturnType<typeof rewriteModule> {
  try {
    return rewriteModule(source, options);
  } catch (error) {
    // Templates and fixtures that are no JavaScript.
    assert.ok(error instanceof SyntaxError);
    return undefined;
  }
}
