import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readlink, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { metricsText, type ThreadMetrics } from '#cli/prometheus/metricsText.ts';
import { parseMetricsTarget, publishMetrics } from '#cli/prometheus/publishMetrics.ts';
import type { Stats } from '#protocol/messages.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const zero: Stats = {
  time: 0,
  words: 0,
  lostWords: 0,
  droppedFrames: 0,
  tasksStarted: 0,
  tasksAlive: 0,
  tasksUntracked: 0,
  modulesTransformed: 0,
  modulesSkipped: 0,
  unhandledRejections: 0,
  lateRejections: 0,
  swallowedRejections: 0,
  lostTasks: 0,
  gcUs: 0,
  blocks: [],
  waiting: [],
};

function thread(over: Partial<Stats>): ThreadMetrics {
  return { stats: { ...zero, ...over }, placeOf: (site) => `src/a.ts:${site} load` };
}

describe('metrics for Prometheus', () => {
  it('sums over threads and makes buckets cumulative', () => {
    const block = {
      place: 'src/b.ts:3 "parse"',
      count: 3,
      totalUs: 700_000,
      maxUs: 400_000,
      buckets: [0, 1, 1, 1, 0, 0, 0, 0],
    };
    const text = metricsText([
      thread({ tasksStarted: 5, blocks: [block], waiting: [{ site: 7, count: 2, oldestMs: 10 }] }),
      thread({ tasksStarted: 6, blocks: [block], waiting: [{ site: 7, count: 1, oldestMs: 99 }] }),
    ]);
    const lines = text.split('\n').filter((line) => !line.startsWith('#'));
    assert.deepEqual(
      lines.filter((line) => /started|waiting|block/.test(line)),
      [
        'rubato_tasks_started_total 11',
        'rubato_tasks_waiting{place="src/a.ts:7 load"} 3',
        ...[0, 2, 4, 6, 6, 6, 6].map(
          (count, at) =>
            String.raw`rubato_loop_block_seconds_bucket{place="src/b.ts:3 \"parse\"",le="${[0.05, 0.1, 0.2, 0.5, 1, 2, 5][at]}"} ${count}`,
        ),
        String.raw`rubato_loop_block_seconds_bucket{place="src/b.ts:3 \"parse\"",le="+Inf"} 6`,
        String.raw`rubato_loop_block_seconds_sum{place="src/b.ts:3 \"parse\""} 1.4`,
        String.raw`rubato_loop_block_seconds_count{place="src/b.ts:3 \"parse\""} 6`,
      ],
    );
  });

  it('bounds the number of series and loses nothing', () => {
    const blocks = Array.from({ length: 400 }, (_, at) => ({
      place: `place ${at}`,
      count: 1,
      totalUs: 1_000_000,
      maxUs: 1_000_000,
      buckets: [0, 0, 0, 0, 1, 0, 0, 0],
    }));
    const waiting = Array.from({ length: 400 }, (_, site) => ({ site, count: 1, oldestMs: 1 }));
    const lines = metricsText([thread({ blocks, waiting })]).split('\n');
    const counts = (name: string): readonly number[] =>
      lines.filter((line) => line.startsWith(`${name}{`)).map((line) => Number(line.split('} ')[1]));
    assert.deepEqual([counts('rubato_tasks_waiting').length, sum(counts('rubato_tasks_waiting'))], [51, 400]);
    const blocked = counts('rubato_loop_block_seconds_count');
    assert.deepEqual([blocked.length, sum(blocked)], [51, 400]);
  });

  it('answers scrapers on loopback and refuses pages', async () => {
    const publication = await publishMetrics({ kind: 'port', port: 0 }, () => 'rubato_tasks_alive 3\n');
    try {
      assert.match(publication.place, /^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
      const answer = await fetch(publication.place);
      assert.equal(await answer.text(), 'rubato_tasks_alive 3\n');
      assert.match(answer.headers.get('content-type') ?? '', /version=0\.0\.4/);
      const page = await fetch(publication.place, { headers: { origin: 'http://evil.example' } });
      assert.deepEqual([page.status, await page.text()], [403, '']);
      assert.equal((await fetch(publication.place.replace('metrics', '..%2fetc'))).status, 404);
    } finally {
      await publication.close();
    }
  });

  it('writes the file at the start and at the end', async (t) => {
    const path = join(await temporaryFolder(t, {}), 'rubato.prom');
    let alive = 1;
    const publication = await publishMetrics(parseMetricsTarget(path), () => `rubato_tasks_alive ${alive}\n`);
    assert.equal(readFileSync(path, 'utf8'), 'rubato_tasks_alive 1\n');
    alive = 0;
    await publication.close();
    assert.equal(readFileSync(path, 'utf8'), 'rubato_tasks_alive 0\n');
  });

  it('writes through links, and into nothing that is no file', async (t) => {
    const folder = await temporaryFolder(t, { 'target.prom': 'before' });
    await symlink('target.prom', join(folder, 'link.prom'));
    const publication = await publishMetrics(parseMetricsTarget(join(folder, 'link.prom')), () => 'now\n');
    await publication.close();
    assert.equal(readFileSync(join(folder, 'target.prom'), 'utf8'), 'now\n');
    assert.equal(await readlink(join(folder, 'link.prom')), 'target.prom');
    await symlink('nothing', join(folder, 'dangling.prom'));
    for (const path of [folder, join(folder, 'dangling.prom')])
      await assert.rejects(
        publishMetrics({ kind: 'file', path }, () => ''),
        /is no regular file/,
      );
  });

  it('shows a running program', async (t) => {
    const folder = await temporaryFolder(t, {
      'main.mjs': 'const stuck = async () => await new Promise(() => {});\nvoid stuck();\nprocess.stdin.resume();\n',
    });
    const args = [join(import.meta.dirname, '../../dist/cli.js'), 'run', '--prometheus', '0', 'main.mjs'];
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['pipe', 'ignore', 'pipe'] });
    const ended = once(child, 'exit');
    let said = '';
    for await (const part of child.stderr.setEncoding('utf8')) {
      said += String(part);
      if (said.includes('/metrics\n')) break;
    }
    const address = /http:\S+/.exec(said)?.[0] ?? '';
    let text = '';
    // The process is found a moment later, and its counters come once a second.
    while (!text.includes('rubato_tasks_waiting{')) text = await (await fetch(address)).text();
    assert.match(text, /rubato_tasks_waiting\{place="main\.mjs:1 new Promise\(\(\) => \{\}\)"\} 1\n/);
    child.stdin.end();
    assert.deepEqual(await ended, [0, null]);
  });

  it('says what is wrong with a target', async () => {
    assert.throws(() => parseMetricsTarget('70000'), /at most 65535/);
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await assert.rejects(
      publishMetrics({ kind: 'port', port }, () => ''),
      /cannot listen on port/,
    );
    taken.close();
    await assert.rejects(
      publishMetrics({ kind: 'file', path: '/nowhere/at/all.prom' }, () => ''),
      /cannot write/,
    );
  });
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
