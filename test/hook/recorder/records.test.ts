import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Task } from '#hook/contracts.ts';
import { traceModes, type TraceMode } from '#protocol/messages.ts';
import { liveTable, ring, syncInterval } from '#protocol/records.ts';
import { readTrace } from '#trace/readTrace.ts';
import { recording, type Recording } from './recording.ts';

test('a task that calls another one and awaits it', () => {
  const made = recording();
  const { runtime } = made;
  const outer = runtime.b(1);
  const inner = runtime.b(2);
  assert.equal(runtime.a('value', inner, 3), 'value');
  runtime.a(undefined, outer, 4);
  assert.equal(made.currentTask(), 0);
  assert.equal(runtime.c('result', inner), 'result');
  runtime.e(undefined, inner);
  runtime.c(undefined, outer);
  runtime.e(undefined, outer);
  assert.deepEqual(made.records(), [
    'enter 1',
    'enter 2',
    'suspend 3',
    'suspend 4',
    'resume 2',
    'exit 0',
    'resume 1',
    'exit 0',
  ]);
});

test('a task that throws is about to reject, and the error is known as its own', () => {
  const made = recording();
  const error = new Error('x');
  const slot = made.runtime.b(1);
  assert.equal(made.runtime.x(error, slot), error);
  made.runtime.x('no object', slot);
  made.runtime.e(undefined, slot);
  assert.deepEqual(made.records(), ['enter 1', 'throw 0', 'throw 0', 'exit 0']);
  assert.equal(made.throwerOf(error), 1);
  assert.equal(made.throwerOf('no object'), 0);
});

test('a record about a task that is not the current one resumes it first', () => {
  const made = recording();
  const { runtime } = made;
  const generator = runtime.b(1);
  runtime.y(undefined, generator, 2);
  const closer = runtime.b(3);
  runtime.e(undefined, generator);
  assert.equal(made.currentTask(), 2);
  runtime.e(undefined, closer);
  assert.deepEqual(made.records(), ['enter 1', 'yield 2', 'enter 3', 'resume 1', 'exit 0', 'exit 0']);
});

test('a task that runs is not resumed', () => {
  const made = recording();
  const slot = made.runtime.b(1);
  made.runtime.k(slot);
  made.runtime.c(undefined, slot);
  assert.deepEqual(made.records(), ['enter 1']);
});

test('tasks that an exception left behind are ended before the one below goes on', () => {
  const made = recording();
  const below = made.runtime.b(1);
  made.runtime.b(2);
  made.runtime.b(3);
  made.runtime.a(undefined, below, 4);
  assert.deepEqual(made.records().slice(3), ['throw 0', 'exit 0', 'throw 0', 'exit 0', 'suspend 4']);
  assert.equal(made.currentTask(), 0);
});

test('what is told once', () => {
  const made = recording();
  const promise = Promise.resolve(1);
  assert.equal(made.runtime.p(5, promise), promise);
  assert.equal(made.runtime.p(5, 'no promise'), 'no promise');
  const notNative = { catch() {} };
  assert.equal(made.runtime.p(5, notNative), notNative);
  made.runtime.w(6, 'dropped');
  made.countPromises(10, 4);
  assert.deepEqual(made.records(), ['floating 5', 'caught 6', 'promises 10 4']);
  assert.equal(made.floatingSiteOf(promise), 5);
  assert.equal(made.floatingSiteOf(notNative), 0);
  assert.deepEqual(made.swallowed, [[6, 'dropped']]);
});

test('a full table counts what it cannot hold, and marks of untracked tasks do nothing', () => {
  const made = recording({ slots: 4 });
  const slots = [1, 2, 3, 4, 5].map((site) => made.runtime.b(site));
  assert.deepEqual(slots, [1, 2, 3, 0, 0]);
  assert.equal(made.header[ring.untracked], 2);
  made.runtime.a(undefined, 0, 9);
  made.runtime.c(undefined, 0);
  made.runtime.k(0);
  made.runtime.y(undefined, 0, 9);
  made.runtime.x(new Error(), 0);
  made.runtime.e(undefined, 0);
  assert.deepEqual(made.records(), ['enter 1', 'enter 2', 'enter 3']);
  made.runtime.e(undefined, slots[2] ?? 0);
  assert.equal(made.runtime.b(6), 3);
});

test('time is written when the coarse clock has moved, with the exact time', () => {
  const made = recording();
  const { runtime, header } = made;
  const slot = runtime.b(1);
  made.timeUs = 700;
  runtime.a(undefined, slot, 2);
  header[ring.clock] = 1;
  made.timeUs = 1234;
  runtime.c(undefined, slot);
  made.timeUs = 1300;
  runtime.a(undefined, slot, 2);
  assert.deepEqual(made.records(), ['enter 1', 'suspend 2', 'time 1234', 'resume 1', 'suspend 2']);
});

test('after a pause some records more get the exact time', () => {
  const made = recording();
  const { runtime, header } = made;
  runtime.b(1);
  header[ring.clock] = 500;
  for (let each = 0; each < 8; each += 1) {
    made.timeUs = 500_000 + each * 10;
    runtime.b(2);
  }
  const times = made.records().filter((text) => text.startsWith('time'));
  assert.deepEqual(times, ['time 500000', 'time 10', 'time 10', 'time 10', 'time 10']);
});

test('time is written every 128 records at least, and a long pause in several', () => {
  const made = recording();
  for (let each = 0; each < 200; each += 1) {
    made.timeUs += 3;
    made.runtime.b(1);
  }
  assert.equal(made.records().filter((text) => text.startsWith('time')).length, 1);
  made.header[ring.clock] = 1;
  made.timeUs += 2 ** 28 * 2;
  made.runtime.b(1);
  assert.equal(made.records().filter((text) => text.startsWith('time')).length, 4);
});

test('known blocking calls: exact where few, counted where many', () => {
  const made = recording();
  const { runtime, header } = made;
  const start = runtime.n();
  made.timeUs = 2_500;
  header[ring.clock] = 2;
  assert.equal(runtime.d(7, start, 'value'), 'value');
  for (let each = 0; each < 100; each += 1) {
    const at = runtime.n();
    made.timeUs += 5;
    runtime.d(8, at, undefined);
  }
  const timed = made.records().filter((text) => text.startsWith('timed'));
  assert.equal(timed.length, 101);
  assert.equal(timed[0], 'timed 7 2500');
  // 64 reads of the clock in a tick of 2 ms, one is gone for the call before.
  assert.equal(timed.filter((text) => text === 'timed 8 5').length, 31);
  assert.deepEqual([...new Float64Array(made.memory.timed).subarray(0, 4)], [1, 7, 0, 2500]);
});

test('a sync point stands at every multiple of its interval, also when a record of two words comes', () => {
  for (const offset of [1, 2, 3]) {
    const made = recording();
    const { runtime, header } = made;
    while (((header[ring.head] ?? 0) & (syncInterval - 1)) !== syncInterval - offset) runtime.w(1, undefined);
    runtime.d(2, runtime.n(), undefined);
    runtime.b(3);
    while ((header[ring.head] ?? 0) < syncInterval * 2 + 10) runtime.d(2, runtime.n(), undefined);
    const { threads, notes } = readTrace(made.segment());
    assert.deepEqual(notes, []);
    assert.equal(threads.length, 1);
  }
});

test('with atomic stores the records are the same', () => {
  const run = (isStrong: boolean): readonly string[] => {
    const made = recording({ isStrong });
    const slot = made.runtime.b(1);
    made.runtime.a(undefined, slot, 2);
    return made.records();
  };
  assert.deepEqual(run(true), run(false));
});

test('watch mode keeps the table and writes no words', () => {
  const made = recording({ mode: 'watch' });
  const { runtime } = made;
  const outer = runtime.b(1);
  const inner = runtime.b(2);
  runtime.a(undefined, inner, 3);
  runtime.a(undefined, outer, 4);
  runtime.w(5, new Error());
  runtime.d(6, runtime.n(), undefined);
  assert.equal(made.header[ring.head], 0);
  assert.deepEqual(rowsOf(made), [
    { id: 1, site: 1, parent: 0, waitsAt: 4, waitsFor: 2 },
    { id: 2, site: 2, parent: 1, waitsAt: 3, waitsFor: 0 },
  ]);
});

test('a reader that follows the records comes to the same tasks as the live table', () => {
  const pick = numbers(42);
  for (let round = 0; round < 20; round += 1) {
    const made = recording({ ringWords: 1 << 16, slots: 64 });
    randomSteps(made, pick);
    const { threads, notes } = readTrace(made.segment());
    assert.deepEqual(notes, []);
    const [thread] = threads;
    assert.ok(thread !== undefined);
    const { tasks } = thread;
    const alive: number[] = [];
    for (let row = 1; row <= tasks.count; row += 1) if (Number.isNaN(tasks.end[row])) alive.push(tasks.id[row] ?? 0);
    assert.deepEqual(
      alive,
      rowsOf(made).map(({ id }) => id),
      `round ${round}`,
    );
  }
});

test('the usual way and the long one of each step do the same', () => {
  const run = (mode: TraceMode, lostSampling: number): unknown => {
    const made = recording({ mode, ringWords: 1 << 16, slots: 64, lostSampling });
    randomSteps(made, numbers(7));
    return [made.records(), rowsOf(made), made.currentTask()];
  };
  // Each task that is watched for being lost goes the long way.
  for (const mode of traceModes) assert.deepEqual(run(mode, 1), run(mode, 0), mode);
});

/** Steps as they come from functions that call, wait, go on, throw and end in any order that JavaScript allows, and some that it does not. */
function randomSteps({ runtime, header }: Recording, pick: (below: number) => number): void {
  const slots: Task[] = [];
  for (let step = 0; step < 2000; step += 1) {
    const index = pick(slots.length);
    const slot = slots[index] ?? 0;
    const kind = pick(9);
    if (kind < 3) slots.push(runtime.b(1 + pick(5)));
    else if (kind === 3) runtime.a(undefined, slot, 10);
    else if (kind === 4) runtime.c(undefined, slot);
    else if (kind === 5) runtime.y(undefined, slot, 11);
    else if (kind === 6) header[ring.clock] = (header[ring.clock] ?? 0) + 1;
    else if (slot !== 0) {
      if (kind === 7) runtime.x(undefined, slot);
      runtime.e(undefined, slot);
      slots.splice(index, 1);
    }
  }
}

function rowsOf({ memory }: Recording): { readonly id: number; readonly [word: string]: number }[] {
  const table = new Uint32Array(memory.table);
  const rows: { readonly id: number; readonly [word: string]: number }[] = [];
  for (let row = liveTable.wordsPerSlot; row < table.length; row += liveTable.wordsPerSlot) {
    const word = (offset: number): number => table[row + offset] ?? 0;
    const id = word(liveTable.id);
    if (id === 0) continue;
    const { site, parent, waitsAt, waitsFor } = liveTable;
    rows.push({
      id,
      site: word(site),
      parent: word(parent),
      waitsAt: word(waitsAt),
      // Says something only while it waits.
      waitsFor: word(waitsAt) === 0 ? 0 : word(waitsFor),
    });
  }
  return rows.toSorted((a, b) => a.id - b.id);
}

/** Numbers below a bound, the same in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return below === 0 ? 0 : Math.floor((state / 2 ** 32) * below);
  };
}
