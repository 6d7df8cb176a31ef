import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { frameRelay } from '#reader/frameRelay.ts';
import { readTrace } from '#trace/readTrace.ts';
import { traceReader } from '#trace/traceReader.ts';
import { sampleTrace } from '../cli/reportTrace.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { TraceWriter } from '../trace/traceWriter.ts';
import { ofKind, startReader, tasksThat, toPanel } from './readerThread.ts';

const run = '.rubato/runs/20260102-030405-99';
const manifest = { version: 1, startedAt: 1, command: 'node main.ts', mode: 'trace' };

describe('traces that somebody damaged or made up', { timeout: 120_000 }, () => {
  test('open as far as they go, or are refused in a sentence; the reader lives on', async (t) => {
    const good = sampleTrace('/app').bytes();
    const files = {
      'cut.rubato': good.subarray(0, good.length - 20),
      'cutPacked.rubato': gzipSync(good).subarray(0, 900),
      'noise.rubato': good.map((byte, at) => (at > 300 && at % 97 === 0 ? byte ^ 0x55 : byte)),
      'text.rubato': 'not a trace at all',
      'empty.rubato': '',
      'bomb.rubato': gzipSync(Buffer.alloc(600 * 1024 * 1024)),
      'good.rubato': good,
    };
    const folder = await temporaryFolder(t, files);
    await promisify(execFile)('mkfifo', [`${folder}/pipe.rubato`]);
    const reader = startReader(t, { heapMb: 512 });
    const seen: string[] = [];
    for (const [at, name] of [...Object.keys(files), 'pipe.rubato', 'none.rubato'].entries()) {
      reader.post({ kind: 'open', session: at, source: { path: `${folder}/${name}`, root: folder } });
      const answer = await reader.until((each) => ('session' in each && each.session === at ? each : undefined));
      seen.push(`${name} ${answer.kind}`);
      if (answer.kind === 'failed') assert.match(answer.message, /^[A-Za-z][^\n]+$/);
      reader.post({ kind: 'close', session: at });
    }
    assert.deepEqual(seen, [
      'cut.rubato opened',
      'cutPacked.rubato opened',
      'noise.rubato opened',
      'text.rubato failed',
      'empty.rubato failed',
      'bomb.rubato failed',
      'good.rubato opened',
      'pipe.rubato failed',
      'none.rubato failed',
    ]);
  });

  test('a folder that pretends to be a living run is read as far as it goes', async (t) => {
    const good = sampleTrace('/app').bytes();
    const folder = await temporaryFolder(t, {
      [`${run}/run.json`]: JSON.stringify({ ...manifest, startedAt: Date.now(), pid: process.pid }),
      // Its process is ours: it lives, and the socket is none of Rubato's.
      [`${run}/${process.pid}.process`]: JSON.stringify({
        pid: process.pid,
        socket: '/var/run/other.sock',
        token: 'x',
      }),
      [`${run}/1.process`]: '{',
      [`${run}/${process.pid}-0-0.segment`]: good,
      [`${run}/${process.pid}-0-2.segment`]: good.subarray(0, 500),
      [`${run}/${process.pid}-1-0.segment`]: 'noise',
      [`${run}/${process.pid}-2-0.segment/`]: '',
      [`${run}/trace.rubato`]: gzipSync('noise'),
    });
    await promisify(execFile)('mkfifo', [`${folder}/${run}/${process.pid}-3-0.segment`]);
    const reader = startReader(t);
    reader.post({ kind: 'open', session: 1, source: { path: `${folder}/${run}`, root: folder } });
    reader.post({ kind: 'watchTasks', session: 1, isWanted: true });
    const tasks = await reader.until(tasksThat(({ alive }) => alive > 0));
    assert.equal(tasks.state, 'live');
    // It ends when somebody says so.
    await writeFile(`${folder}/${run}/run.json`, JSON.stringify({ ...manifest, endedAt: Date.now() + 60_000 }));
    await reader.until(ofKind('ended'));
  });

  test('a run whose folder vanishes ends with what was seen of it', async (t) => {
    const folder = await temporaryFolder(t, {
      [`${run}/run.json`]: JSON.stringify({ ...manifest, startedAt: Date.now(), pid: process.pid }),
      [`${run}/${process.pid}-0-0.segment`]: sampleTrace('/app').bytes(),
    });
    const reader = startReader(t);
    reader.post({ kind: 'open', session: 1, source: { path: `${folder}/${run}`, root: folder } });
    reader.post({ kind: 'panel', session: 1, message: { kind: 'ready', version: 1 } });
    await reader.until(toPanel('stuck', ({ alive }) => alive > 0));
    await rm(`${folder}/.rubato`, { recursive: true });
    await reader.until(ofKind('ended'));
    await reader.until(toPanel('status', ({ state }) => state === 'ended'));
  });
});

test('frames of two streams in pieces of any length are read as if each came alone', () => {
  const streams = [new TraceWriter({ pid: 1 }), new TraceWriter({ pid: 2 })].map((writer) => {
    const site = writer.site({ kind: 'function' });
    for (let count = 0; count < 50; count += 1) {
      writer.wait(100).enter(site);
      writer.exit();
      if (count % 7 === 0) writer.stats({ tasksStarted: count });
    }
    return writer.bytes();
  });
  const alone = readTrace(Buffer.concat(streams));
  for (const length of [1, 3, 64, 1000]) {
    const reader = traceReader();
    const relays = streams.map(() => frameRelay((bytes) => reader.feed(bytes)));
    for (let at = 0; at < 100_000; at += length) {
      for (const [index, stream] of streams.entries()) relays[index]?.push(stream.slice(at, at + length));
    }
    const model = reader.model();
    assert.deepEqual(model.notes, alone.notes);
    assert.deepEqual(
      model.threads.map(({ tasks, hello, stats }) => [hello.pid, tasks.count, stats?.tasksStarted]),
      alone.threads.map(({ tasks, hello, stats }) => [hello.pid, tasks.count, stats?.tasksStarted]),
    );
  }
});
