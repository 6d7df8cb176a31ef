/** A real run of a program whose trouble no rule can see: traced, joined, and failed on. */
import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { test } from 'node:test';
import { runRubato } from '../cli/runRubato.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

// Pauses first, because loading modules is no block; several times, because one stack may be missed on a busy machine.
const program = `import { setTimeout as sleep } from 'node:timers/promises';
function spin(ms: number): void {
  for (const end = Date.now() + ms; Date.now() < end; );
}
async function main(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    await sleep(200);
    spin(120);
  }
}
await main();
`;

test('a loop that blocks is found by a traced run, until its file changes', async (t) => {
  const folder = await temporaryFolder(t, {
    '.git/HEAD': '',
    'package.json': '{ "type": "module" }',
    'main.ts': program,
  });
  const traced = await runRubato(folder, ['run', '--quiet', 'node', 'main.ts']);
  assert.deepEqual(traced, { code: 0, stdout: '', stderr: '' });
  const lint = ['lint', '--evidence', '.rubato', '--rule', 'blocking-call:warning'];
  const { code, stdout } = await runRubato(folder, [...lint, '--fail-on', 'observed:blocking>80ms']);
  assert.match(stdout, /3:\d+ +warning +`spin` blocked the loop .*\n +observed .+ ago: no rule saw it in the code\n/);
  assert.equal(code, 1);
  await appendFile(`${folder}/main.ts`, '// Changed.\n');
  const changed = await runRubato(folder, [...lint, '--fail-on', 'observed:blocking>80ms']);
  assert.match(
    changed.stdout,
    /^note {2}main\.ts: \d+ places? where a run saw trouble (?:is|are) not found in this text/,
  );
  assert.equal(changed.code, 0);
});
