import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Analyzer } from '#lsp/analyzer.ts';
import { priorities } from '#lsp/jobQueue.ts';
import { parseSettings } from '#lsp/settings.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

/**
 * What the analysis thread runs here: it answers each check with as many findings as it got changes, throws on `throws`, dies on
 * `always`, and on any other absolute path when that file does not exist yet.
 */
const worker = `
  import { existsSync, writeFileSync } from 'node:fs';
  import { parentPort } from 'node:worker_threads';
  parentPort.on('message', ({ id, job, changes }) => {
    if (job.file === 'throws') return parentPort.postMessage({ kind: 'failed', id, stack: 'Error: it threw' });
    if (job.file === 'always') process.exit(7);
    if (job.file.startsWith('/') && !existsSync(job.file)) {
      writeFileSync(job.file, '');
      process.exit(7);
    }
    const result = { kind: 'check', diagnostics: changes, scope: 'program', neighbors: [], ms: 0 };
    parentPort.postMessage({ kind: 'done', id, result });
  });`;

function startAnalyzer(t: TestContext) {
  const script = new URL(`data:text/javascript,${encodeURIComponent(worker)}`);
  const log: string[] = [];
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  const analyzer = new Analyzer(script, parseSettings([], { isTrusted: false }), {
    log: (level, message) => void log.push(`${level}: ${message}`),
    engine: () => undefined,
    stopped: resolve,
  });
  t.after(() => analyzer.dispose());
  const check = async (file: string) => (await analyzer.check(file, 'program', priorities.edit))?.diagnostics.length;
  return { analyzer, log, stopped, check };
}

test('a worker that dies is started again, gets the open files again, and answers the question that killed it', async (t) => {
  const folder = await temporaryFolder(t, {});
  const { analyzer, log, check } = startAnalyzer(t);
  analyzer.buffers.set('a.ts', () => 'text');
  assert.equal(await check('a.ts'), 1);
  assert.equal(await check('a.ts'), 0, 'what the worker knows is not sent again');
  assert.equal(await check(`${folder}/once`), 1, 'a new worker knows nothing');
  assert.deepEqual(log, ['error: The analysis ended unexpectedly: exit code 7']);
});

test('a question that kills the worker twice, or throws twice, is given up; others are answered', async (t) => {
  const { log, check } = startAnalyzer(t);
  const answers = await Promise.all([check('always'), check('throws'), check('a.ts')]);
  assert.deepEqual(answers, [undefined, undefined, 0]);
  assert.deepEqual(log, [
    'error: The analysis ended unexpectedly: exit code 7',
    'error: The analysis ended unexpectedly: exit code 7',
    'error: Error: it threw',
    'error: Error: it threw',
  ]);
});

test('after five restarts in three minutes the analysis stops, until somebody restarts it', async (t) => {
  const { analyzer, log, stopped, check } = startAnalyzer(t);
  for (let question = 0; question < 3; question++) assert.equal(await check('always'), undefined);
  await stopped;
  assert.equal(log.length, 6);
  assert.equal(await check('a.ts'), undefined);
  analyzer.restart();
  assert.equal(await check('a.ts'), 0);
});
