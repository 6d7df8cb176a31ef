import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameOf, frameType, magic } from '#protocol/frames.ts';
import { recordKind, syncInterval } from '#protocol/records.ts';
import { evidenceOf } from '#trace/evidenceOf.ts';
import { taskState, type TraceModel } from '#trace/model.ts';
import { readTrace } from '#trace/readTrace.ts';
import { stuckTasks } from '#trace/stuckTasks.ts';
import { traceReader } from '#trace/traceReader.ts';
import { randomFrom, randomProgram } from './randomProgram.ts';
import { TraceWriter, word } from './traceWriter.ts';

test('a trace cut off anywhere opens as far as it goes', () => {
  const writer = wholeTrace();
  const bytes = writer.bytes();
  const borders = new Set<number>([magic.length]);
  for (const frame of writer.frames()) borders.add((Array.from(borders).at(-1) ?? 0) + frame.length);
  const whole = readTrace(bytes).threads[0]?.tasks.count ?? 0;
  for (let end = 0; end <= bytes.length; end += end < 600 ? 1 : 97) check(end);
  for (const end of borders) check(end);

  function check(end: number): void {
    const model = readTrace(bytes.subarray(0, end));
    assertSound(model);
    assert.ok((model.threads[0]?.tasks.count ?? 0) <= whole);
    const isCut = model.notes.includes('the end is cut off inside a frame');
    assert.equal(isCut, end > 0 && !borders.has(end), `at ${end}`);
  }
});

test('flipped bits cost what they hit, and never the reader', () => {
  const bytes = wholeTrace(3000).bytes();
  const random = randomFrom(99);
  for (let round = 0; round < 400; round += 1) {
    const damaged = bytes.slice();
    for (let flips = 0; flips <= random(4); flips += 1) {
      const at = random(damaged.length);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << random(8));
    }
    assertSound(readTrace(damaged));
  }
});

test('random words are no program, but no harm either', () => {
  const random = randomFrom(5);
  for (let round = 0; round < 20; round += 1) {
    const writer = new TraceWriter();
    writer.enter(writer.site({ kind: 'function' }));
    for (let count = 0; count < syncInterval * 2; count += 1) {
      // Kinds at random, payloads small enough to hit something.
      writer.raw(word(kinds[random(kinds.length)] ?? 0, random(40)));
    }
    writer.live();
    assertSound(readTrace(writer.bytes()));
  }
});

test('a false sync point costs the interval, not the trace', () => {
  const writer = new TraceWriter();
  randomProgram(writer, randomFrom(11), 60_000);
  const bytes = writer.bytes();
  const at = syncAt(bytes, 1);
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(at + 4, 0xff_ff_ff_00, true);
  const model = readTrace(bytes);
  assertSound(model);
  assert.ok(model.notes.some((note) => note.endsWith('times the records contradicted themselves')));
  const last = Math.max(...writer.tasks.keys());
  assert.ok(model.threads[0]?.tasks.id.includes(last), 'the end is read');
});

test('other versions and other files are refused with a reason', () => {
  const newer = wholeTrace().bytes().slice();
  newer[7] = 9;
  assert.deepEqual(readTrace(newer).notes, ['it was written in another version of the format']);
  assert.deepEqual(readTrace(new TextEncoder().encode('PK\u0003\u0004 and more')).notes, [
    'it does not begin like a trace',
  ]);
  const hello = new TraceWriter({ version: 2 });
  hello.enter(1);
  assert.deepEqual(readTrace(hello.bytes()), {
    ...readTrace(hello.bytes()),
    threads: [],
    notes: ['a thread was recorded by a newer version and skipped', 'a frame without a thread was skipped, 2 times'],
  });
});

test('a frame that claims gigabytes ends its segment, the next one is read', () => {
  const first = wholeTrace().bytes();
  const second = new TraceWriter({ pid: 200 });
  second.enter(second.site({ kind: 'function' }));
  const huge = Uint8Array.of(3, 0xff, 0xff, 0xff, 0xff);
  const model = readTrace(Buffer.concat([first, huge, second.bytes()]));
  assert.deepEqual(
    model.threads.map(({ hello }) => hello.pid),
    [100, 200],
  );
  assert.deepEqual(model.notes, ['a damaged part was skipped up to the next segment']);
});

test('messages of wrong shapes are skipped, names like __proto__ are only names', () => {
  const writer = new TraceWriter();
  writer.site({ kind: 'function', label: '__proto__' });
  const shapes: unknown[] = [
    null,
    [],
    1,
    'x',
    { kind: '__proto__' },
    { kind: 'block', frames: [null, 1, {}], start: -5 },
  ];
  for (const shape of shapes) for (const type of [2, 5, 6, 7] as const) writer.json(type, shape);
  writer.json(frameType.sites, {
    sites: [
      { id: -1, kind: 'await' },
      { id: 1e9, kind: 'await' },
      { id: 0.5, kind: 'await' },
    ],
  });
  writer.json(
    frameType.note,
    JSON.parse('{"__proto__":{"kind":"gc"},"constructor":1,"kind":"gc","start":"x","durationUs":1e400}'),
  );
  const deep = '['.repeat(400_000) + ']'.repeat(400_000);
  const frames = [...writer.frames(), frameOf(frameType.note, new TextEncoder().encode(`{"a":${deep}}`))];
  const model = readTrace(Buffer.concat([magic, ...frames]));
  assertSound(model);
  assert.deepEqual(Object.keys(Object.prototype), []);
  assert.deepEqual(
    model.threads[0]?.collections.map(({ start, durationUs }) => [start, durationUs]),
    [[0, 0]],
  );
  assert.equal(model.places[1]?.label, '__proto__');
});

test('circles in a live table end: parents are cut, waits are a deadlock', () => {
  const writer = new TraceWriter({ mode: 'watch' });
  const site = writer.site({ kind: 'function' });
  const wait = writer.site({ kind: 'await' });
  const rows = [1, 2, 3].map((id) => ({ ...plain, id, site, parent: (id % 3) + 1, waits: [{ ...wait0, site: wait }] }));
  writer.now = 5_000_000;
  writer.live(
    rows,
    new Map([
      [1, 2],
      [2, 3],
      [3, 1],
    ]),
  );
  const model = readTrace(writer.bytes());
  assertSound(model);
  const { deadlocks, roots, groups } = stuckTasks(model);
  assert.deepEqual(
    deadlocks.map((circle) => circle.map(({ thread, row }) => thread.tasks.id[row])),
    [[1, 2, 3]],
  );
  assert.equal(roots.length, 1);
  assert.equal(groups[0]?.count, 3);
});

test('what is beyond the bounds is counted, living tasks are kept', () => {
  for (let seed = 1; seed <= 5; seed += 1) {
    const writer = new TraceWriter();
    randomProgram(writer, randomFrom(seed), 60_000);
    const model = readTrace(writer.bytes(), { tasks: 3000, waits: 4000, threads: 4, notes: 10 });
    assertSound(model);
    const [thread] = model.threads;
    assert.ok(thread !== undefined && thread.folded.tasks > 0);
    // Room is made at sync points, so that much may come on top.
    assert.ok(thread.tasks.count < 3000 + syncInterval);
    const written = [...writer.tasks.values()];
    assert.equal(thread.tasks.count + thread.folded.tasks, written.length);
    const waits = written.reduce((sum, task) => sum + task.waits.length, 0);
    assert.equal(thread.waits.count + thread.folded.waits, waits);
    const kept = new Map(
      Array.from(thread.tasks.id.subarray(1, thread.tasks.count + 1), (id, index) => [id, index + 1]),
    );
    for (const { id, state, waits: own } of writer.alive()) {
      const row = kept.get(id) ?? 0;
      assert.equal(thread.tasks.state[row], taskState[state], `task ${id}`);
      if (state === 'waiting') assert.equal(thread.waits.begin[thread.tasks.lastWait[row] ?? 0], own.at(-1)?.begin);
    }
  }
});

test('ten million records are read', () => {
  const words = new Uint32Array(65_536);
  const reader = traceReader();
  reader.feed(Buffer.concat([magic, ...new TraceWriter().frames()]));
  let next = 1;
  for (let sequence = 0; sequence < 10_000_000; sequence += words.length) {
    for (let at = 0; at < words.length; at += 1) {
      if ((sequence + at) % syncInterval === 0) {
        words.set([word(recordKind.sync, 0), next, 0, sequence, 0], at);
        at += 4;
      } else if (at % 4 === 0 && at % syncInterval < syncInterval - 4) {
        words.set(
          [
            word(recordKind.enter, 1),
            word(recordKind.suspend, 2),
            word(recordKind.resume, next),
            word(recordKind.exit, 0),
          ],
          at,
        );
        next += 1;
        at += 3;
      } else words[at] = word(recordKind.pad, 0);
    }
    const body = new Uint8Array(8 + words.byteLength);
    new DataView(body.buffer).setUint32(0, sequence, true);
    body.set(new Uint8Array(words.buffer), 8);
    reader.feed(frameOf(frameType.records, body));
  }
  const model = reader.model();
  const [thread] = model.threads;
  assert.equal((thread?.tasks.count ?? 0) + (thread?.folded.tasks ?? 0), next - 1);
  assert.ok((thread?.tasks.count ?? 0) <= 2_000_000 + syncInterval);
});

const kinds = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15] as const;
const plain = { begin: 0, state: 'waiting', busy: 0, returnTo: 0, lastChild: 0, started: 0 } as const;
const wait0 = { begin: 1_000_000, child: 0, started: 0 } as const;

function wholeTrace(steps = 200): TraceWriter {
  const writer = new TraceWriter();
  randomProgram(writer, randomFrom(1), steps);
  writer.note({ kind: 'gc', start: 10, durationUs: 5, type: 'scavenge' });
  writer.stats({ tasksStarted: 3 });
  writer.live();
  writer.goodbye({ exitCode: 0 });
  return writer;
}

/** What every model holds to, whatever was read; and the queries end. */
function assertSound(model: TraceModel): void {
  for (const { tasks, waits } of model.threads) {
    for (let row = 1; row <= tasks.count; row += 1) {
      assert.ok((tasks.parent[row] ?? 0) < row, 'a parent lies before its child');
      assert.ok((tasks.lastWait[row] ?? 0) <= waits.count);
      assert.ok(Object.values(taskState).some((state) => state === tasks.state[row]));
    }
    for (let row = 1; row <= waits.count; row += 1) {
      assert.ok((waits.previous[row] ?? 0) < row, 'the wait before lies before');
      assert.ok((waits.child[row] ?? 0) <= tasks.count && (waits.task[row] ?? 0) <= tasks.count);
    }
  }
  const resolve = (file: string, line: number, column: number) => ({ file, line, column, isInside: true });
  evidenceOf(model, { resolve, command: 'x' });
}

/** Offset in the bytes of the sync point with that number. */
function syncAt(bytes: Uint8Array, number: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const sync = word(recordKind.sync, 0);
  let seen = 0;
  for (let at = 0; at + 4 <= bytes.length; at += 1) {
    if (view.getUint32(at, true) === sync && view.getUint32(at + 4, true) < 1 << 20 && seen++ === number) return at;
  }
  throw new Error('no such sync point');
}
