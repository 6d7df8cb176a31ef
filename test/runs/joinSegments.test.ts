import assert from 'node:assert/strict';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { joinSegments } from '#runs/joinSegments.ts';
import { openTrace } from '#runs/openTrace.ts';
import { newRunFolder } from '#runs/runFolders.ts';
import { runState } from '#runs/runState.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { TraceWriter } from '../trace/traceWriter.ts';

/** A segment of a thread with so many tasks. */
function segment(pid: number, tasks: number): Uint8Array {
  const writer = new TraceWriter({ pid });
  writer.file('/app/main.ts');
  const site = writer.site({ kind: 'function', label: 'work' });
  for (let count = 0; count < tasks; count += 1) {
    writer.wait(10).enter(site);
    writer.exit();
  }
  writer.goodbye({ exitCode: 0 });
  return writer.bytes();
}

test('a folder is joined again when more ran with it, and keeps what it held', async (t) => {
  const folder = await temporaryFolder(t, { '11-0-0.segment': segment(11, 3), '11.process': '{}', '12.process': '{}' });
  assert.ok((await joinSegments(folder, [12])) > 0);
  // The process that lives keeps its mark.
  assert.deepEqual((await readdir(folder)).toSorted(), ['12.process', 'trace.rubato']);
  assert.equal(await joinSegments(folder, [12]), 0);
  await writeFile(`${folder}/12-0-0.segment`, segment(12, 5));
  await writeFile(`${folder}/13-0-0.segment`, '');
  // Left by somebody who was killed while joining.
  for (const name of ['trace.rubato.tmp', 'trace.rubato.lock']) {
    await writeFile(`${folder}/${name}`, 'half');
    await utimes(`${folder}/${name}`, 1, 1);
  }
  await joinSegments(folder, []);
  assert.deepEqual(await readdir(folder), ['trace.rubato']);
  const { model } = await openTrace(folder, folder);
  assert.deepEqual(
    model.threads.map(({ hello, tasks }) => [hello.pid, tasks.count]),
    [
      [11, 3],
      [12, 5],
    ],
  );
  assert.deepEqual(model.notes, []);
});

test('programs that join the same folder at once join each segment once', async (t) => {
  const folder = await temporaryFolder(t, { '11-0-0.segment': segment(11, 3), '11.process': '{}' });
  const bytes = await Promise.all(Array.from({ length: 4 }, () => joinSegments(folder, [])));
  assert.equal(bytes.filter((each) => each > 0).length, 1);
  assert.deepEqual(await readdir(folder), ['trace.rubato']);
  const { model } = await openTrace(folder, folder);
  assert.deepEqual(
    model.threads.map(({ tasks }) => tasks.count),
    [3],
  );
});

test('programs that come at any moment of a join wait for its end', async (t) => {
  const threads = 200;
  const files = Array.from({ length: threads }, (_, thread) => [`11-${thread}-0.segment`, segment(11, 3)] as const);
  const folder = await temporaryFolder(t, Object.fromEntries(files));
  // They come at any moment of what the others do: also between the new trace and the end of its segments.
  const join = async (_: unknown, at: number): Promise<number> => {
    await wait(at * 2);
    return joinSegments(folder, []);
  };
  const bytes = await Promise.all(Array.from({ length: 80 }, join));
  assert.equal(bytes.filter((each) => each > 0).length, 1);
  assert.deepEqual(await readdir(folder), ['trace.rubato']);
});

test('runs that begin in the same second have folders of their own', async (t) => {
  const output = await temporaryFolder(t, {});
  const manifest = { version: 1, startedAt: 1_700_000_000_000, command: 'node', mode: 'trace' } as const;
  const folders = [];
  for (let count = 0; count < 3; count += 1) folders.push(await newRunFolder(output, manifest));
  assert.equal(new Set(folders).size, 3);
  assert.deepEqual(folders.toSorted(), folders);
});

test('a run lives while a process of it does, or while somebody is there who ends it', async (t) => {
  const now = Date.now();
  const gone = 2 ** 22 + 1;
  const stateOf = async (manifest: object, marks: readonly number[] = []): Promise<string> => {
    const files = Object.fromEntries(marks.map((pid) => [`${pid}.process`, '{}']));
    const run = { version: 1, startedAt: now, command: 'node', mode: 'trace', ...manifest };
    const folder = await temporaryFolder(t, { ...files, 'run.json': JSON.stringify(run) });
    return (await runState(folder, now)).kind;
  };
  assert.equal(await stateOf({}), 'idle');
  assert.equal(await stateOf({ startedAt: now - 60_000 }), 'over');
  assert.equal(await stateOf({}, [process.pid]), 'alive');
  assert.equal(await stateOf({}, [gone]), 'over');
  assert.equal(await stateOf({ pid: process.pid }, [gone]), 'idle');
  assert.equal(await stateOf({ pid: gone }, [gone]), 'over');
  assert.equal(await stateOf({ endedAt: now }), 'over');
  // What the command left behind goes on without it; a later process begins the run anew.
  assert.equal(await stateOf({ endedAt: now + 60_000 }, [process.pid]), 'over');
  assert.equal(await stateOf({ endedAt: now - 60_000 }, [process.pid]), 'alive');
  assert.equal(await stateOf({ version: 2 }, [process.pid]), 'over');
});
