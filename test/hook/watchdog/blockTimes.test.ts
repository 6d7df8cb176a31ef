import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationOf } from '#hook/watchdog/blockDuration.ts';
import { recordWindow } from '#hook/watchdog/recordWindow.ts';
import { sampleBudget } from '#hook/watchdog/sampleBudget.ts';
import { stallClock } from '#hook/watchdog/stallClock.ts';
import { recordKind, syncInterval } from '#protocol/records.ts';

const ms = 1000;

test('without records a block begins half a period after the last beat', () => {
  const block = durationOf({ gapUs: 110 * ms, end: 500 * ms, stalledUs: 0, gap: undefined });
  assert.deepEqual(block, { start: 395 * ms, durationUs: 105 * ms });
});

test('a long time without records says when the block began, within the period', () => {
  const at = (start: number, end: number): unknown =>
    durationOf({ gapUs: 110 * ms, end: 500 * ms, stalledUs: 0, gap: { start: start * ms, end: end * ms } });
  assert.deepEqual(at(394, 498), { start: 394 * ms, durationUs: 104 * ms });
  assert.deepEqual(at(100, 498), { start: 388 * ms, durationUs: 110 * ms });
  assert.deepEqual(at(490, 498), { start: 395 * ms, durationUs: 105 * ms });
});

test('time in which the process stood still is taken off', () => {
  assert.equal(durationOf({ gapUs: 105 * ms, end: 500 * ms, stalledUs: 95 * ms, gap: undefined }).durationUs, 5 * ms);
});

test('a late turn is a stall when the process used little processor time', () => {
  let used = 0;
  const clock = stallClock(0, () => used);
  assert.equal(clock.turn(10 * ms), 0);
  assert.equal(clock.turn(310 * ms), 270 * ms);
  used += 60 * ms;
  assert.equal(clock.turn(610 * ms), 0, 'the blocked thread computed');
});

test('samples cost 1 % of the time at most, after some at the start', () => {
  const budget = sampleBudget();
  for (let at = 0; at < 6; at += 1) budget.spend(50 * ms);
  assert.equal(budget.allows(1000 * ms), true);
  budget.spend(50 * ms);
  assert.equal(budget.allows(4000 * ms), false);
  assert.equal(budget.allows(6000 * ms), true);
});

const word = (kind: number, payload: number): number => (kind << 28) | payload;

/** A ring that begins with a sync at 1 s. */
function ringOf(...after: readonly number[]): Uint32Array {
  const words = new Uint32Array(2 * syncInterval);
  words.set([word(recordKind.sync, 0), 1, 0, 1000 * ms, 0, ...after]);
  return words;
}

test('a window knows its steps, its most frequent await and its longest silence', () => {
  const { enter, suspend, resume, time, timed, exit } = recordKind;
  const before = [word(enter, 1), word(time, 5 * ms)];
  const inside = [
    word(suspend, 7),
    word(time, 80 * ms),
    word(resume, 1),
    // Its second word would be a record of its own.
    word(timed, 9),
    word(suspend, 3),
    word(suspend, 8),
    word(time, 2 * ms),
    word(resume, 1),
    word(suspend, 8),
    word(exit, 0),
  ];
  const words = ringOf(...before, ...inside);
  const from = 5 + before.length;
  assert.deepEqual(recordWindow(words, from, from + inside.length), {
    steps: 2,
    suspends: 3,
    frequentSite: 8,
    frequentSuspends: 2,
    timedUs: new Map([[9, word(suspend, 3) >>> 0]]),
    longestGap: { start: 1005 * ms, end: 1085 * ms },
  });
});

test('a window of nothing, and one of garbage', () => {
  const nothing = { steps: 0, suspends: 0, frequentSite: 0, frequentSuspends: 0, timedUs: new Map() };
  assert.deepEqual(recordWindow(ringOf(), 5, 5), nothing);
  const garbage = new Uint32Array(2 * syncInterval).map((_, at) => Math.imul(at, 0x9e_37_79_b1));
  assert.ok(recordWindow(garbage, 0xff_ff_f0_00, 0x100).steps > 0);
});
