import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tasksSnapshot } from '#reader/tasksSnapshot.ts';
import type { TasksSnapshot } from '#reader/messages.ts';
import { readTrace } from '#trace/readTrace.ts';
import { TraceWriter } from '../trace/traceWriter.ts';

test('circles come first, then those that waited long with all causes inside, then the oldest', () => {
  const writer = new TraceWriter();
  writer.file('/app/main.ts');
  const main = writer.site({ kind: 'function', label: 'main' });
  const load = writer.site({ kind: 'function', label: 'load' });
  const inMain = writer.site({ kind: 'await', label: 'load()', owner: main });
  const inLoad = writer.site({ kind: 'await', label: 'fetch()', owner: load });
  const late = writer.site({ kind: 'function', label: 'late' });
  const inLate = writer.site({ kind: 'await', label: 'soon()', owner: late });
  for (let count = 0; count < 3; count += 1) {
    writer.enter(main);
    for (let each = 0; each <= count; each += 1) {
      writer.enter(load);
      writer.suspend(inLoad);
    }
    writer.suspend(inMain);
  }
  writer.wait(5_000_000);
  writer.enter(late);
  writer.suspend(inLate);
  writer.wait(10_000);
  writer.stats({});
  const snapshot = snapshotOf(writer);
  assert.deepEqual(shape(snapshot), [
    'fetch() in load 6/6 main.ts:4: load() 3',
    'load() in main 3/0 main.ts:3',
    'soon() in late 1/1 main.ts:6',
  ]);
  assert.equal(snapshot.alive, 10);
});

test('a circle is named as one, with each of its places', () => {
  const writer = new TraceWriter();
  writer.file('/app/main.ts');
  const [a, b] = ['a', 'b'].map((label) => writer.site({ kind: 'function', label }));
  const [inA, inB] = [a, b].map((owner, at) =>
    writer.site({ kind: 'await', label: at === 0 ? 'b()' : 'a()', owner: owner ?? 0 }),
  );
  const first = writer.enter(a ?? 0);
  const second = writer.enter(b ?? 0);
  writer.suspend(inB ?? 0);
  writer.suspend(inA ?? 0);
  writer.wait(1000);
  const model = readTrace(writer.bytes());
  const [thread] = model.threads;
  assert.ok(thread !== undefined);
  // Records say who is awaited where a task starts another; a circle closes by a promise that was handed around.
  const child = Uint32Array.from(thread.waits.child);
  const lastWait = thread.tasks.lastWait[second] ?? 0;
  child[lastWait] = first;
  const circular = { ...model, threads: [{ ...thread, waits: { ...thread.waits, child } }] };
  const snapshot = tasksSnapshot(circular, situation);
  const told = snapshot.groups.map(({ isDeadlock, place }) => `${place.label} ${isDeadlock}`);
  assert.deepEqual(told.toSorted(), ['a() true', 'b() true']);
});

const situation = {
  resolve: (file: string, line: number, column: number) => ({
    file: file.replace('/app/', ''),
    line,
    column,
    isInside: true,
  }),
  state: 'live',
  blockedMs: 0,
  at: 0,
} as const;

function snapshotOf(writer: TraceWriter): TasksSnapshot {
  return tasksSnapshot(readTrace(writer.bytes()), situation);
}

function shape({ groups }: TasksSnapshot): readonly string[] {
  return groups.map(({ place, count, leaves, callers }) => {
    const above = callers.map((each) => `: ${each.place.label} ${each.count}`).join('');
    return `${place.label} in ${place.function} ${count}/${leaves} ${place.file}:${place.line}${above}`;
  });
}
