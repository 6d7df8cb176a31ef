import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockNote, isOfHook, type BlockFacts, type TakenStack } from '#hook/watchdog/blockNote.ts';
import type { BlockNote, Frame } from '#protocol/messages.ts';

const noRecords = { steps: 0, suspends: 0, frequentSite: 0, frequentSuspends: 0, timedUs: new Map<number, number>() };

/** A block of 100 ms; sites are on the line of their number in own.ts. */
function blame(facts: Partial<BlockFacts>): BlockNote {
  const whole = { start: 0, durationUs: 100_000, gcUs: 0, task: 1, stacks: [], timedCalls: [], records: noRecords };
  return blockNote(
    { ...whole, ...facts },
    {
      isOwn: (file) => file === 'own.ts',
      siteOf: (id) => ({
        site: { id, kind: 'blocking', file: 1, line: id, column: 3, label: `label ${id}`, owner: 0, offset: 0 },
        file: 'own.ts',
      }),
    },
  );
}

/** Frames as `file:line`, innermost first. */
function stack(...places: readonly string[]): TakenStack {
  return { source: 'pause', frames: places.map(frame) };
}

function frame(place: string): Frame {
  const [file = '', line] = place.split(/:(?=\d+$)/);
  return { name: 'f', file, line: Number(line), column: 1 };
}

function culpritOf({ frames, culprit, source }: BlockNote): string {
  const place = frames[culprit ?? -1];
  return `${source} ${place === undefined ? 'nobody' : `${place.file}:${place.line}`}`;
}

test('the innermost frame of own code is to blame, under libraries and Node', () => {
  assert.equal(
    culpritOf(blame({ stacks: [stack('node:fs:1', 'lib.js:2', 'own.ts:3', 'own.ts:4')] })),
    'pause own.ts:3',
  );
});

test('of several samples, what most of them show', () => {
  const stacks = [stack('own.ts:1'), stack('own.ts:2'), stack('own.ts:2')];
  assert.equal(culpritOf(blame({ stacks })), 'pause own.ts:2');
});

test('a stack without own code is shown, and nobody is blamed', () => {
  const note = blame({ stacks: [stack('lib.js:1', 'node:timers:2')] });
  assert.equal(culpritOf(note), 'pause nobody');
  assert.equal(note.frames.length, 2);
});

test('work of the hook is no block of the program, unless the program stands on the stack', () => {
  const parts = { isOwn: (file: string) => file === 'own.ts', isHook: (file: string) => file === 'hook.cjs' };
  assert.equal(isOfHook([stack('hook.cjs:1', 'node:timers:2')], parts), true);
  assert.equal(isOfHook([stack('hook.cjs:1', 'own.ts:2')], parts), false);
  assert.equal(isOfHook([stack('hook.cjs:1'), stack('lib.js:1')], parts), false);
  assert.equal(isOfHook([], parts), false);
});

test('a deep stack is cut around its culprit', () => {
  const deep = [...Array.from({ length: 30 }, (_, at) => `lib.js:${at + 1}`), 'own.ts:7', 'node:net:8'];
  const note = blame({ stacks: [stack(...deep)] });
  assert.equal(culpritOf(note), 'pause own.ts:7');
  assert.ok(note.frames.length <= 12);
});

test('a timed call that took half of the time is to blame, whatever a late sample shows', () => {
  const timedCalls = [
    { site: 5, start: 0, durationUs: 30_000 },
    { site: 5, start: 40_000, durationUs: 30_000 },
    { site: 6, start: 75_000, durationUs: 20_000 },
  ];
  const note = blame({ timedCalls, stacks: [stack('own.ts:9')] });
  assert.equal(culpritOf(note), 'timed own.ts:5');
  assert.deepEqual(note.sites, [
    { site: 5, durationUs: 60_000 },
    { site: 6, durationUs: 20_000 },
  ]);
});

test('thousands of short timed calls are to blame together', () => {
  const records = { ...noRecords, timedUs: new Map([[5, 70_000]]) };
  assert.equal(culpritOf(blame({ records, stacks: [stack('own.ts:9')] })), 'timed own.ts:5');
});

test('a timed call counts with the part that lies in the block', () => {
  const timedCalls = [{ site: 5, start: -80_000, durationUs: 100_000 }];
  assert.deepEqual(blame({ timedCalls }).sites, [{ site: 5, durationUs: 20_000 }]);
});

test('a sample that goes through the timed call gives its callers', () => {
  const timedCalls = [{ site: 5, start: 0, durationUs: 90_000 }];
  const note = blame({ timedCalls, stacks: [stack('node:fs:1', 'own.ts:5', 'own.ts:8')] });
  assert.equal(culpritOf(note), 'timed own.ts:5');
  assert.equal(note.frames.length, 3);
  assert.equal(note.frames[1]?.column, 3);
});

test('what the collector took is blamed on nobody', () => {
  assert.equal(culpritOf(blame({ gcUs: 60_000, stacks: [stack('own.ts:1')] })), 'none nobody');
  assert.equal(culpritOf(blame({ gcUs: 40_000, stacks: [stack('own.ts:1')] })), 'pause own.ts:1');
});

const storm = {
  ...noRecords,
  steps: 5000,
  suspends: 5000,
  frequentSite: 4,
  frequentSuspends: 4000,
  longestGap: { start: 0, end: 900 },
};

test('many steps without a turn of the loop are a storm, and the await that most of them are at is to blame', () => {
  assert.equal(culpritOf(blame({ records: storm, stacks: [stack('own.ts:1')] })), 'microtasks own.ts:4');
});

test('many callbacks of input are no storm', () => {
  const stacks = [stack('own.ts:1', 'node:internal/stream_base_commons:2')];
  assert.equal(culpritOf(blame({ records: storm, stacks })), 'pause own.ts:1');
});

test('many steps around one long silence are no storm', () => {
  const records = { ...storm, longestGap: { start: 0, end: 80_000 } };
  assert.equal(culpritOf(blame({ records, stacks: [stack('own.ts:1')] })), 'pause own.ts:1');
});
