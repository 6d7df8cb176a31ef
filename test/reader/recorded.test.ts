import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { runFiles, sampleTrace } from '../cli/reportTrace.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { ofKind, startReader, tasksThat, toPanel } from './readerThread.ts';

const run = '.rubato/runs/20260102-030405-99';

describe('a recorded run', { timeout: 120_000 }, () => {
  test('is told to the panel from the beginning, as often as that asks', async (t) => {
    const folder = await sampleRun(t);
    const reader = startReader(t);
    reader.post({ kind: 'open', session: 1, source: { path: `${folder}/${run}`, root: folder } });
    const finding = {
      ruleId: 'floating-promise',
      severity: 'error',
      message: 'not awaited',
      verdict: 'none',
      evidence: '',
      at: { file: 'src/main.ts', line: 14, column: 3, isInside: true },
    } as const;
    reader.post({ kind: 'findings', session: 1, findings: [finding] });
    for (const round of [1, 2]) {
      const from = reader.answers.length;
      reader.post({ kind: 'panel', session: 1, message: { kind: 'ready', version: 1 } });
      await reader.until(toPanel('statistics'), from);
      const kinds = reader.answers
        .slice(from)
        .flatMap((answer) =>
          answer.kind === 'panel' && answer.message.kind !== 'places' ? [answer.message.kind] : [],
        );
      assert.deepEqual(
        kinds,
        ['open', 'tasks', 'blocks', 'status', 'findings', 'stuck', 'statistics'],
        `round ${round}`,
      );
    }
    const opened = await reader.until(ofKind('opened'));
    assert.deepEqual(opened, { kind: 'opened', session: 1, title: 'node main.ts', root: folder, state: 'recorded' });
    const { columns } = await reader.until(toPanel('tasks'));
    assert.equal(columns.begin.length, 65);
    const { files } = await reader.until(ofKind('files'));
    assert.deepEqual(files, ['src/main.ts']);
  });

  test('tells its stuck tasks once, with the way to the root', async (t) => {
    const folder = await sampleRun(t);
    const reader = startReader(t);
    reader.post({ kind: 'open', session: 1, source: { path: folder, root: folder } });
    reader.post({ kind: 'watchTasks', session: 1, isWanted: true });
    const tasks = await reader.until(tasksThat(() => true));
    assert.equal(tasks.state, 'recorded');
    const [first] = tasks.groups;
    assert.equal(first?.place.file, 'src/main.ts');
    assert.ok(tasks.groups.every(({ isDeadlock }) => !isDeadlock));
    const inner = tasks.groups.find(({ place }) => place.label.startsWith('fetch('));
    assert.deepEqual([inner?.count, inner?.leaves], [9, 9]);
    const labels: string[] = [];
    for (let at = inner?.callers[0]; at !== undefined; at = at.callers[0]) labels.push(at.place.label);
    assert.deepEqual(labels, ['users.fetch(id)', 'Promise.all(ids.map((id) => load(id)))']);
  });

  test('opens only places that the panel was told of, and answers for waits', async (t) => {
    const folder = await sampleRun(t);
    const reader = startReader(t);
    reader.post({ kind: 'open', session: 1, source: { path: folder, root: folder } });
    reader.post({ kind: 'panel', session: 1, message: { kind: 'ready', version: 1 } });
    const { places } = await reader.until(toPanel('places'));
    const { files } = await reader.until(ofKind('files'));
    assert.deepEqual(files, ['src/main.ts']);
    for (const place of [0, 99_999, 2])
      reader.post({ kind: 'panel', session: 1, message: { kind: 'openSource', place } });
    const opened = await reader.until(ofKind('openSource'));
    assert.deepEqual(opened.place, places[1]);
    reader.post({ kind: 'panel', session: 1, message: { kind: 'askWaits', rows: [1, 77_777] } });
    const waits = await reader.until(toPanel('waits'));
    assert.deepEqual([...waits.task], [1, 1, 1, 1]);
  });

  test('is exported and compared', async (t) => {
    const folder = await sampleRun(t);
    const reader = startReader(t);
    reader.post({ kind: 'open', session: 1, source: { path: `${folder}/${run}/trace.rubato`, root: folder } });
    reader.post({ kind: 'panel', session: 1, message: { kind: 'ready', version: 1 } });
    await reader.until(ofKind('opened'));
    reader.post({ kind: 'export', request: 5, session: 1, format: 'chrome', file: `${folder}/out.json` });
    reader.post({ kind: 'export', request: 6, session: 1, format: 'perfetto', file: `${folder}/out.pftrace` });
    reader.post({
      kind: 'export',
      request: 7,
      session: 1,
      format: 'chrome',
      file: `${folder}/no/such/folder/out.json`,
    });
    reader.post({ kind: 'export', request: 8, session: 2, format: 'chrome', file: `${folder}/never.json` });
    const answerTo = (request: number) =>
      reader.until((answer) => ('request' in answer && answer.request === request ? answer : undefined));
    assert.deepEqual(await answerTo(5), { kind: 'done', request: 5 });
    assert.deepEqual(await answerTo(6), { kind: 'done', request: 6 });
    assert.match(JSON.stringify(await answerTo(7)), /"failed".*The export could not be written: ENOENT/);
    assert.match(JSON.stringify(await answerTo(8)), /"failed".*not open any more/);
    const chrome: unknown = JSON.parse(await readFile(`${folder}/out.json`, 'utf8'));
    assert.ok(typeof chrome === 'object' && chrome !== null && 'traceEvents' in chrome);
    assert.ok((await readFile(`${folder}/out.pftrace`)).length > 1000);
    reader.post({ kind: 'compareWith', session: 1, path: `${folder}/${run}` });
    const comparison = await reader.until(toPanel('comparison'));
    assert.ok(comparison.sites.length > 0 && comparison.sites.every(({ state }) => state === 'same'));
    reader.post({ kind: 'compareWith', session: 1, path: `${folder}/nothing` });
    const failed = await reader.until(ofKind('failed'), reader.answers.length);
    assert.match(failed.message, /^There is no .*nothing: `rubato run/);
  });

  test('nothing is said of a session that was closed', async (t) => {
    const folder = await sampleRun(t);
    const reader = startReader(t);
    reader.post({ kind: 'open', session: 1, source: { path: folder, root: folder } });
    reader.post({ kind: 'close', session: 1 });
    reader.post({ kind: 'open', session: 2, source: { path: folder, root: folder } });
    await reader.until(ofKind('opened'));
    assert.deepEqual(
      reader.answers.map((answer) => ('session' in answer ? answer.session : 0)),
      [2],
    );
  });
});

/** A folder with one run whose sources lie in it. */
async function sampleRun(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t, {});
  for (const [name, content] of Object.entries(runFiles(sampleTrace(folder).bytes()))) {
    await mkdir(path.dirname(`${folder}/${name}`), { recursive: true });
    await writeFile(`${folder}/${name}`, content);
  }
  return folder;
}
