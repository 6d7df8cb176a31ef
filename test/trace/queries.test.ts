import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fanOuts, leftSiblings, sequentialAwaits } from '#trace/awaitPatterns.ts';
import { compareRuns } from '#trace/compareRuns.ts';
import { evidenceOf } from '#trace/evidenceOf.ts';
import { blockGroups, concurrency, loopLag } from '#trace/loopBlocks.ts';
import type { TraceModel } from '#trace/model.ts';
import { readTrace } from '#trace/readTrace.ts';
import { floatingTasks, lostTasks, rejectionGroups, swallowedErrors } from '#trace/sideEffects.ts';
import { awaitStatistics, functionStatistics } from '#trace/statistics.ts';
import { stuckTasks, type StuckNode } from '#trace/stuckTasks.ts';
import { TraceWriter } from './traceWriter.ts';

test('stuck tasks are merged by function and await, from the root', () => {
  const { writer, main, load, all, io } = program();
  writer.enter(main);
  for (let count = 0; count < 3; count += 1) {
    writer.enter(load);
    writer.suspend(io);
  }
  writer.suspend(all);
  writer.wait(2_000_000).goodbye();
  const model = readTrace(writer.bytes());
  assert.deepEqual(treeOf(model), ['main at await1 1', '  load at await2 3']);
  const { groups } = stuckTasks(model);
  assert.deepEqual(
    groups.map(({ place, count, agesMs }) => [model.places[place]?.label, count, agesMs.at(-1)]),
    [
      ['await2', 3, 2000],
      ['await1', 1, 2000],
    ],
  );
  assert.deepEqual(treeOf(model, -1), []);
});

test('a module that failed with what it awaited is not stuck', () => {
  for (const [exitCode, stuck] of [
    [1, 0],
    [0, 1],
  ] as const) {
    const { writer, main, io } = program();
    const top = writer.site({ kind: 'module', label: 'main.mjs' });
    writer.enter(top);
    const called = writer.enter(main);
    writer.suspend(io);
    writer.suspend(writer.site({ kind: 'await', label: 'await main()', owner: top }));
    writer.wait(1000).resume(called);
    writer.throw();
    writer.exit();
    writer.goodbye({ exitCode });
    const { groups, alive } = stuckTasks(readTrace(writer.bytes()));
    assert.deepEqual([groups.length, alive], [stuck, stuck]);
  }
});

test('recursion is one node, and a deep chain does no harm', () => {
  const { writer, load, io } = program();
  for (let depth = 0; depth < 30_000; depth += 1) writer.enter(load);
  for (let depth = 0; depth < 30_000; depth += 1) writer.suspend(io);
  const [root] = stuckTasks(readTrace(writer.bytes())).roots;
  assert.deepEqual([root?.count, root?.recursions, root?.leaves, root?.children.length], [30_000, 29_999, 1, 0]);
});

test('durations are of each task, never a sum of what ran side by side', () => {
  const { writer, main, load, all, io } = program();
  writer.enter(main);
  const ids = [1, 2, 3, 4].map(() => {
    const id = writer.enter(load);
    writer.suspend(io);
    return id;
  });
  writer.suspend(all);
  for (const id of ids) {
    writer.wait(10_000);
    writer.resume(id);
    writer.wait(1000);
    writer.exit();
  }
  writer.resume(1);
  writer.exit();
  const model = readTrace(writer.bytes());
  const [, loads] = functionStatistics(model);
  assert.deepEqual(
    [loads?.entered, loads?.duration, loads?.busy, loads?.maxAlive, loads?.perParent],
    [4, spread(4, 22, 44, 44), spread(4, 1, 1, 1), 4, { starters: 1, p50: 4, max: 4 }],
  );
  const waits = awaitStatistics(model).map(({ place, wait, open }) => [model.places[place]?.label, wait, open]);
  assert.deepEqual(waits, [
    ['await1', spread(1, 44, 44, 44), 0],
    ['await2', spread(4, 21, 43, 43), 0],
  ]);
  const [thread] = model.threads;
  assert.deepEqual(thread && [...concurrency(thread, 2, 4)], [4, 4, 3, 2]);
  assert.deepEqual(
    fanOuts(model).map(({ place, max }) => [model.places[place]?.label, max]),
    [['await1', 4]],
  );
});

test('awaits in a loop are told from awaits together', () => {
  const { writer, main, load, all, io } = program();
  const root = writer.enter(main);
  for (let round = 0; round < 5; round += 1) {
    const child = writer.enter(load);
    writer.suspend(io);
    writer.suspend(all);
    writer.wait(10_000);
    writer.resume(child);
    writer.exit();
    writer.resume(root);
  }
  const model = readTrace(writer.bytes());
  assert.deepEqual(sequentialAwaits(model), [{ place: 3, tasks: 1, most: 5, saved: spread(1, 40, 40, 40) }]);
  assert.deepEqual(fanOuts(model), []);
});

test('a failed Promise.all leaves its siblings running', () => {
  const { writer, main, load, all, io } = program();
  const root = writer.enter(main);
  const [first = 0, second = 0, third = 0] = [1, 2, 3].map(() => {
    const id = writer.enter(load);
    writer.suspend(io);
    return id;
  });
  writer.suspend(all);
  writer.wait(5000);
  writer.resume(first);
  writer.throw();
  writer.exit();
  writer.resume(root);
  writer.exit();
  writer.wait(20_000);
  writer.resume(second);
  writer.exit();
  writer.wait(5000);
  writer.goodbye();
  const model = readTrace(writer.bytes());
  const [left, ...others] = leftSiblings(model);
  assert.deepEqual([left?.count, left?.alive, left?.wentOn, others.length], [1, 1, spread(2, 20, 25, 25), 0]);
  assert.equal(writer.tasks.get(third)?.state, 'waiting');
});

test('floating tasks are told by the call, with how long they outlived their starter', () => {
  const { writer, main, load, io, call } = program();
  writer.enter(main);
  const child = writer.enter(load);
  writer.suspend(io);
  writer.floating(call);
  writer.exit();
  writer.wait(30_000);
  writer.resume(child);
  writer.exit();
  const model = readTrace(writer.bytes());
  assert.deepEqual(floatingTasks(model), [{ place: 5, count: 1, outlived: spread(1, 30, 30, 30), alive: 0 }]);
  assert.equal(model.threads[0]?.waits.child[1], 0);
});

test('a rejection that is handled late is no unhandled one', () => {
  const { writer, call } = program();
  const said = { kind: 'rejection', errorClass: 'TypeError', task: 0, frames: [] } as const;
  writer.note({ ...said, outcome: 'unhandled', time: 1, id: 1, site: call, frames: [frame('load', 3)] });
  writer.note({ ...said, outcome: 'late', time: 5001, id: 1, site: call, windowUs: 5000 });
  writer.note({ ...said, outcome: 'unhandled', time: 6000, id: 2, site: call });
  const groups = rejectionGroups(readTrace(writer.bytes()));
  assert.deepEqual(
    groups.map(({ outcome, count, windows, first }) => [outcome, count, windows.max, first.frames.length]),
    [
      ['unhandled', 1, 0, 0],
      ['late', 1, 5, 1],
    ],
  );
});

test('blocks are grouped by culprit, a known call before a sampled frame', () => {
  const { writer, blocking } = program();
  const block = {
    kind: 'block',
    task: 0,
    frames: [frame('parse', 7)],
    culprit: 0,
    sites: [],
    gcUs: 0,
    source: 'pause',
  } as const;
  writer.note({ ...block, start: 0, durationUs: 100_000 });
  writer.note({ ...block, start: 500_000, durationUs: 300_000 });
  writer.note({ ...block, start: 900_000, durationUs: 80_000, sites: [{ site: blocking, durationUs: 79_000 }] });
  const model = readTrace(writer.bytes());
  assert.deepEqual(
    blockGroups(model).map(({ place, culprit, duration }) => [place, culprit?.name, duration]),
    [
      [0, 'parse', spread(2, 100, 300, 300)],
      [6, undefined, spread(1, 80, 80, 80)],
    ],
  );
  const [thread] = model.threads;
  assert.deepEqual(thread && [...loopLag(thread, 2)], [100, 300]);
});

test('what was lost and swallowed is counted by place', () => {
  const { writer, load, io, drop } = program();
  const id = writer.enter(load);
  writer.caught(drop);
  writer.caught(drop);
  writer.suspend(io);
  writer.lost(id);
  writer.note({ kind: 'lost', time: 1, task: id, site: load, waitsAt: io, sampling: 64 });
  writer.stats({ swallowed: [{ site: drop, count: 5, errorClasses: ['Error'] }] });
  const model = readTrace(writer.bytes());
  assert.deepEqual(
    lostTasks(model).map(({ place, count, sampling }) => [place, count, sampling]),
    [[4, 1, 64]],
  );
  assert.deepEqual(swallowedErrors(model), [{ place: 7, count: 5, errorClasses: ['Error'] }]);
});

test('evidence says what happened where, below the root only', () => {
  const { writer, main, load, all, io, call } = program();
  writer.enter(main);
  writer.enter(load);
  writer.suspend(io);
  writer.floating(call);
  writer.suspend(all);
  writer.wait(1_500_000).goodbye();
  const evidence = evidenceOf(readTrace(writer.bytes()), { resolve: below('/app'), command: 'node main.ts' });
  assert.deepEqual(
    evidence.functions.map(({ file, name, hash, entered }) => [file, name, hash, entered]),
    [
      ['main.ts', 'main', 'h1', 1],
      ['main.ts', 'load', 'h2', 1],
    ],
  );
  assert.deepEqual(
    evidence.observations.map(({ kind, line, offset, durationMs, callers }) => [
      kind,
      line,
      offset,
      durationMs?.max,
      callers?.map(({ name, line: at }) => `${name}:${at}`),
    ]),
    [
      ['pending-at-exit', 3, 30, 1500, []],
      ['pending-at-exit', 4, 40, 1500, ['main:3']],
      ['floated', 5, 50, undefined, undefined],
    ],
  );
  const elsewhere = evidenceOf(readTrace(writer.bytes()), { resolve: below('/other'), command: 'x' });
  assert.deepEqual([elsewhere.functions, elsewhere.observations], [[], []]);
});

test('two runs are compared by name and text, not by line', () => {
  const run = (line: number, hash: string, us: number) => {
    const writer = new TraceWriter();
    const site = writer.site({ kind: 'function', line, label: 'load', hash });
    if (us === 0) writer.site({ kind: 'function', line: 90, label: 'other' });
    writer.enter(site);
    writer.wait(us);
    writer.exit();
    return { model: readTrace(writer.bytes()), resolve: below('/app') };
  };
  const [moved] = compareRuns(run(1, 'a', 10_000), run(50, 'a', 30_000));
  assert.deepEqual([moved?.before?.duration.max, moved?.after?.duration.max, moved?.isEdited], [10, 30, false]);
  const [edited] = compareRuns(run(1, 'a', 10_000), run(1, 'b', 10_000));
  assert.equal(edited?.isEdited, true);
});

function program() {
  const writer = new TraceWriter();
  const main = writer.site({ kind: 'function', label: 'main', hash: 'h1' });
  const load = writer.site({ kind: 'function', label: 'load', hash: 'h2' });
  const all = writer.site({ kind: 'await', label: 'await1', owner: main, offset: 30 });
  const io = writer.site({ kind: 'await', label: 'await2', owner: load, offset: 40 });
  const call = writer.site({ kind: 'call', owner: main, offset: 50 });
  const blocking = writer.site({ kind: 'blocking', owner: main });
  const drop = writer.site({ kind: 'catch', owner: main });
  return { writer, main, load, all, io, call, blocking, drop };
}

function frame(name: string, line: number) {
  return { name, file: '/app/parse.ts', line, column: 1 };
}

function spread(count: number, p50: number, p95: number, max: number) {
  return { count, p50, p95, max };
}

function below(root: string) {
  return (file: string, line: number, column: number) => ({
    file: file.startsWith(`${root}/`) ? file.slice(root.length + 1) : '…',
    line,
    column,
    isInside: file.startsWith(`${root}/`),
  });
}

function treeOf(model: TraceModel, time?: number): readonly string[] {
  const name = (place: number) => model.places[place]?.label ?? '';
  const lines = (nodes: readonly StuckNode[], indent: string): readonly string[] =>
    nodes.flatMap(({ function: around, place, count, children }) => [
      `${indent}${name(around)} at ${name(place)} ${count}`,
      ...lines(children, `${indent}  `),
    ]);
  return lines(stuckTasks(model, time).roots, '');
}
