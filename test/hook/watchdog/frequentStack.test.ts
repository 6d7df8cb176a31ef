import assert from 'node:assert/strict';
import type { Profiler } from 'node:inspector';
import { test } from 'node:test';
import { frequentStack } from '#hook/watchdog/profiledStack.ts';

/** A node of a profile; `place` is `name file:line`, hits by line. */
function node(
  id: number,
  place: string,
  { children = [], hits = {} }: { readonly children?: number[]; readonly hits?: Readonly<Record<number, number>> } = {},
): Profiler.ProfileNode {
  const [, functionName = '', url = '', line] = /^(\S*) (.*):(\d+)$/.exec(place) ?? [];
  const positionTicks = Object.entries(hits).map(([at, ticks]) => ({ line: Number(at), ticks }));
  return {
    id,
    callFrame: { functionName, scriptId: '1', url, lineNumber: Number(line) - 1, columnNumber: 4 },
    hitCount: positionTicks.reduce((sum, { ticks }) => sum + ticks, 0),
    children,
    positionTicks,
  };
}

function check(nodes: Profiler.ProfileNode[], expected: readonly string[]): void {
  const frames = frequentStack({ nodes, startTime: 0, endTime: 1 }, (file) => file.startsWith('own'));
  assert.deepEqual(
    frames.map(({ name, file, line }) => `${name} ${file}:${line}`),
    expected,
  );
}

test('hits of callees count for the own function that called them', () => {
  check(
    [
      node(1, '(root) :0', { children: [2, 5] }),
      node(2, 'work own.ts:10', { children: [3, 4], hits: { 12: 3, 14: 1 } }),
      node(3, 'now node:perf_hooks:3', { hits: { 5: 20 } }),
      node(4, 'now :0', { hits: { 1: 9 } }),
      node(5, 'other own.ts:30', { hits: { 31: 25 } }),
    ],
    ['now node:perf_hooks:5', 'work own.ts:12'],
  );
});

test('stacks without own code count when there are no others', () => {
  const library = node(2, 'parse lib.js:1', { hits: { 2: 50 } });
  check([node(1, '(root) :0', { children: [2] }), library], ['parse lib.js:2']);
  check(
    [node(1, '(root) :0', { children: [2, 3] }), library, node(3, 'work own.ts:10', { hits: { 11: 1 } })],
    ['work own.ts:11'],
  );
});

test('an idle thread has none', () => {
  check([node(1, '(root) :0', { children: [2] }), node(2, '(idle) :0', { hits: { 0: 40 } })], []);
});
