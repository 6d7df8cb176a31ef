import assert from 'node:assert/strict';
import { test } from 'node:test';
import { taskState, type ThreadModel } from '#trace/model.ts';
import { readTrace } from '#trace/readTrace.ts';
import { randomFrom, randomProgram } from './randomProgram.ts';
import { TraceWriter } from './traceWriter.ts';

test('behind a gap the live table says who is alive and where it waits', () => {
  for (let seed = 1; seed <= 4; seed += 1) {
    const writer = new TraceWriter();
    const random = randomFrom(seed);
    randomProgram(writer, random, 15_000 + random(20_000));
    const found = writer.lose();
    randomProgram(writer, random, 15_000 + random(20_000));
    found();
    randomProgram(writer, random, 25_000);
    writer.wait(60_000);
    writer.live();
    const [thread] = readTrace(writer.bytes()).threads;
    assert.ok(thread !== undefined && thread.lostWords > 10_000);
    assertAliveAs(thread, writer, `seed ${seed}`);
  }
});

test('the last records before a kill may be missing: the live table is newer', () => {
  const writer = new TraceWriter();
  randomProgram(writer, randomFrom(4), 5000);
  const found = writer.lose();
  randomProgram(writer, randomFrom(5), 5000);
  writer.wait(5000);
  found();
  writer.live();
  const [thread] = readTrace(writer.bytes()).threads;
  assert.ok(thread !== undefined);
  assertAliveAs(thread, writer, 'killed');
});

test('watch mode knows living tasks by the live table alone', () => {
  const program = new TraceWriter();
  randomProgram(program, randomFrom(9), 3000);
  const watcher = new TraceWriter({ mode: 'watch' });
  watcher.now = program.now;
  watcher.live(program.alive());
  randomProgram(program, randomFrom(10), 3000);
  program.wait(2000);
  watcher.now = program.now;
  watcher.live(program.alive());
  const [thread] = readTrace(watcher.bytes()).threads;
  assert.ok(thread !== undefined);
  assertAliveAs(thread, program, 'watch');
});

test('segments of a thread may lie in any order', () => {
  const writer = new TraceWriter();
  randomProgram(writer, randomFrom(21), 20_000);
  writer.flush();
  randomProgram(writer, randomFrom(22), 20_000);
  const frames = writer.frames();
  const segment = (number: number, from: number, to?: number) => {
    const own = new TraceWriter({ segment: number });
    return Buffer.concat([own.bytes(), ...frames.slice(1, 2), ...frames.slice(from, to)]);
  };
  const inOrder = readTrace(Buffer.concat([segment(0, 2, 3), segment(1, 3)]));
  const mixed = readTrace(Buffer.concat([segment(1, 3), segment(0, 2, 3)]));
  assert.deepEqual([inOrder.notes, mixed.notes], [[], []]);
  assert.equal(mixed.threads[0]?.tasks.count, writer.tasks.size);
  assert.equal(inOrder.threads.length, 1);
});

test('a segment whose beginning was dropped starts at its first sync point', () => {
  const writer = new TraceWriter();
  randomProgram(writer, randomFrom(2), 30_000);
  const found = writer.lose();
  found();
  const dropped = writer.wordCount;
  const rest = new TraceWriter();
  randomProgram(writer, randomFrom(3), 40_000);
  const bytes = Buffer.concat([rest.bytes(), ...writer.frames().slice(3)]);
  const [thread] = readTrace(bytes).threads;
  assert.ok(thread !== undefined && thread.lostWords >= dropped);
  assert.ok(thread.tasks.id.includes(Math.max(...writer.tasks.keys())));
});

test('ids go beyond 28 bits', () => {
  const writer = new TraceWriter({}, 2 ** 28 - 500);
  randomProgram(writer, randomFrom(1), 5000);
  const model = readTrace(writer.bytes());
  assert.deepEqual(model.notes, []);
  const [thread] = model.threads;
  assert.ok(thread !== undefined);
  assertAliveAs(thread, writer, 'wrap');
});

test('a live table whose clock stood still starts no wait anew', () => {
  const writer = new TraceWriter();
  writer.wait(53_000);
  writer.enter(writer.site({ kind: 'function' }));
  writer.suspend(writer.site({ kind: 'await' }));
  const [task] = writer.tasks.values();
  assert.ok(task !== undefined);
  writer.wait(70_000);
  writer.live([{ ...task, begin: 0, waits: task.waits.map((wait) => ({ ...wait, begin: 0 })) }]);
  const [thread] = readTrace(writer.bytes()).threads;
  assert.deepEqual([thread?.waits.count, thread?.waits.begin[1]], [1, 53_000]);
});

/** The same tasks are alive, in the same state, at the same site. */
function assertAliveAs(thread: ThreadModel, writer: TraceWriter, message: string): void {
  const { tasks, waits } = thread;
  const actual: unknown[] = [];
  for (let row = 1; row <= tasks.count; row += 1) {
    const state = tasks.state[row];
    if (state !== taskState.running && state !== taskState.waiting) continue;
    const site = state === taskState.waiting ? waits.site[tasks.lastWait[row] ?? 0] : 0;
    actual.push([tasks.id[row], tasks.site[row], state, site]);
  }
  const expected = [...writer.alive()].map(({ id, site, state, waits: own }) => [
    id,
    site,
    taskState[state],
    state === 'waiting' ? own.at(-1)?.site : 0,
  ]);
  const byId = (a: unknown, b: unknown) => Number(Array.isArray(a) && a[0]) - Number(Array.isArray(b) && b[0]);
  assert.deepEqual(actual.toSorted(byId), expected, message);
}
