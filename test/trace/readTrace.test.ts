import assert from 'node:assert/strict';
import { test } from 'node:test';
import { taskState, type ThreadModel } from '#trace/model.ts';
import { readTrace } from '#trace/readTrace.ts';
import { traceReader } from '#trace/traceReader.ts';
import { randomProgram, randomFrom } from './randomProgram.ts';
import { TraceWriter, type WrittenTask } from './traceWriter.ts';

test('a reader finds what the writer wrote, in programs of any shape', () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const writer = new TraceWriter();
    randomProgram(writer, randomFrom(seed), 400);
    const model = readTrace(writer.bytes());
    assert.deepEqual(model.notes, []);
    assert.equal(model.threads.length, 1);
    for (const thread of model.threads) assertSame(thread, writer, `seed ${seed}`);
  }
});

test('sync points are crossed, and frames may end anywhere', () => {
  const writer = new TraceWriter();
  randomProgram(writer, randomFrom(7), 30_000);
  assert.ok(writer.wordCount > 40_000);
  const bytes = writer.bytes();
  const reader = traceReader();
  const random = randomFrom(3);
  for (let at = 0; at < bytes.length;) {
    const next = at + 1 + random(5000);
    reader.feed(bytes.subarray(at, next));
    at = next;
  }
  const model = reader.model();
  assert.deepEqual(model.notes, []);
  for (const thread of model.threads) assertSame(thread, writer, 'in pieces');
});

function assertSame(thread: ThreadModel, writer: TraceWriter, message: string): void {
  const written = [...writer.tasks.values()];
  assert.equal(thread.tasks.count, written.length, message);
  for (const [index, task] of written.entries()) assert.deepEqual(taskAt(thread, index + 1), plain(task), message);
}

function plain(task: WrittenTask): unknown {
  const { id, site, parent, begin, end, state, waits, busy } = task;
  return { id, site, parent, begin, end, state, waits: waits.map((wait) => ({ ...wait, end: wait.end })), busy };
}

function taskAt(thread: ThreadModel, row: number): unknown {
  const { tasks, waits } = thread;
  const list: unknown[] = [];
  for (let wait = tasks.lastWait[row] ?? 0; wait !== 0; wait = waits.previous[wait] ?? 0) {
    list.unshift({
      site: waits.site[wait],
      begin: waits.begin[wait],
      child: tasks.id[waits.child[wait] ?? 0],
      started: waits.started[wait],
      end: orUndefined(waits.end[wait]),
    });
  }
  return {
    id: tasks.id[row],
    site: tasks.site[row],
    parent: tasks.id[tasks.parent[row] ?? 0],
    begin: tasks.begin[row],
    end: orUndefined(tasks.end[row]),
    state: Object.entries(taskState).find(([, value]) => value === tasks.state[row])?.[0],
    waits: list,
    busy: tasks.busy[row],
  };
}

function orUndefined(time: number | undefined): number | undefined {
  return time === undefined || Number.isNaN(time) ? undefined : time;
}
