/** A kept analysis, as in the editor: what one file says follows changes of another, without saving. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAnalysis } from '#analysis/analyze.ts';
import { floatingPromise } from '#analysis/rules/floating-promise.ts';
import { unsafeVoid } from '#analysis/rules/unsafe-void.ts';
import { openCompiler } from '#workspace/openCompiler.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { projectFiles } from './exampleProject.ts';

for (const engine of ['native', 'embedded'] as const) {
  test(`findings follow a change of another file (${engine})`, async (t) => {
    const folder = await temporaryFolder(t, {
      ...projectFiles,
      'store.ts': `export function write() { console.log('x'); }\n`,
      'main.ts': `import { write } from './store.ts';\nwrite();\n`,
    });
    const compiler = await openCompiler({ engine, log: () => undefined, hasBuffers: true });
    const analysis = openAnalysis(compiler.openProject({ kind: 'tsconfig', path: `${folder}/tsconfig.json` }));
    t.after(() => {
      analysis.dispose();
      compiler.dispose();
    });
    const messages = (file: string): string[] => {
      const rules = [floatingPromise, unsafeVoid].map((rule) => ({ rule, severity: undefined, options: {} }));
      const request = { files: [`${folder}/${file}`], rulesFor: () => rules, settings: { knownSafeCalls: [] } };
      return analysis.run(request).findings.map(({ message }) => message);
    };
    const floating = ['`write()` is not awaited and nothing handles its rejection'];

    assert.deepEqual(messages('main.ts'), []);
    analysis.update([{ file: `${folder}/store.ts`, text: `export async function write() { console.log('x'); }\n` }]);
    assert.deepEqual(messages('store.ts'), []);
    assert.deepEqual(messages('main.ts'), floating, 'the helper became async');
    analysis.update([{ file: `${folder}/store.ts`, text: undefined }]);
    assert.deepEqual(messages('main.ts'), [], 'the disk counts again');
  });
}
