import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aliveInPixels, laneGroups, packNew, type LaneGroups } from '#panel/engine/laneGroups.ts';
import { addPlaces, addTasks, taskStore, type TaskStore } from '#panel/engine/taskStore.ts';
import { generatedModel } from '#scripts/panel/generatedModel.ts';
import { panelFeed } from '#trace/panel/panelFeed.ts';

function packed(tasks: number): { readonly store: TaskStore; readonly lanes: LaneGroups } {
  const store = taskStore(0, ['main']);
  const feed = panelFeed({ title: 'x', resolve: (file, line, column) => ({ file, line, column, isInside: true }) });
  for (const message of feed.open(generatedModel({ tasks }), { state: 'recorded' })) {
    if (message.kind === 'places') addPlaces(store, message);
    if (message.kind === 'tasks') assert(addTasks(store, message));
  }
  const lanes = laneGroups();
  packNew(lanes, store);
  return { store, lanes };
}

test('tasks of a lane do not overlap, every task has one, and there are no more lanes than needed', () => {
  const { store, lanes } = packed(5000);
  let seen = 0;
  for (const group of lanes.groups) {
    for (const lane of group.lanes) {
      let until = Number.NEGATIVE_INFINITY;
      for (let index = 0; index < lane.length; index += 1) {
        const row = lane.at(index);
        assert((store.begin[row] ?? 0) >= until);
        const end = store.end[row] ?? Number.NaN;
        until = Number.isNaN(end) ? Number.POSITIVE_INFINITY : end;
        seen += 1;
      }
    }
    assert(group.lanes.length <= mostAtOnce(store, group.function));
  }
  assert.equal(seen, store.count);
});

function mostAtOnce(store: TaskStore, place: number): number {
  const changes: (readonly [number, number])[] = [];
  for (let row = 1; row <= store.count; row += 1) {
    if (store.function[row] !== place) continue;
    changes.push([store.begin[row] ?? 0, 1]);
    if (!Number.isNaN(store.end[row])) changes.push([store.end[row] ?? 0, -1]);
  }
  let alive = 0;
  let most = 0;
  for (const [, change] of changes.toSorted(([a, up], [b, down]) => a - b || up - down)) {
    alive += change;
    most = Math.max(most, alive);
  }
  return most;
}

test('the chart shows how many were alive on average, however wide a pixel is', () => {
  const { store, lanes } = packed(3000);
  const [group] = lanes.groups;
  assert(group !== undefined);
  for (const pixels of [1, 7, 500]) {
    const edges = Float64Array.from({ length: pixels + 1 }, (_, index) => (index * store.endTime) / pixels);
    const alive = new Float64Array(pixels);
    aliveInPixels(group, edges, alive);
    for (const [pixel, value] of alive.entries()) {
      const [from, to] = [edges[pixel] ?? 0, edges[pixel + 1] ?? 0];
      let lived = 0;
      for (let row = 1; row <= store.count; row += 1) {
        if (store.function[row] !== group.function) continue;
        const end = store.end[row] ?? Number.NaN;
        lived += Math.max(0, Math.min(to, Number.isNaN(end) ? to : end) - Math.max(from, store.begin[row] ?? 0));
      }
      assert(Math.abs(value - lived / (to - from)) < 1e-3, `pixel ${pixel} of ${pixels}`);
    }
  }
});
