import type { Hello } from '#protocol/messages.ts';
import type { ThreadModel, TraceModel } from '#trace/model.ts';
import { taskState } from '#trace/model.ts';

const hello: Hello = {
  version: 1,
  pid: 4711,
  parentPid: 1,
  thread: 0,
  mode: 'trace',
  runtime: 'node 24.21.0',
  platform: 'linux',
  startedAt: 1_760_000_000_000,
  segment: 0,
};
const empty = {
  count: 0,
  site: new Uint32Array(1),
  task: new Uint32Array(1),
  time: new Float64Array(1),
  value: new Float64Array(1),
  countBySite: new Map<number, number>(),
};

/**
 * One thread: `handle` (rows 1 and 4) starts `load` (2) and `save` (3) and waits for them; the second `handle` runs beside the first and never
 * ends; `save` rejects. A block lies in `load`.
 */
export const smallModel: TraceModel = {
  threads: [mainThread()],
  places: [
    { kind: 'unknown', file: '', line: 0, column: 0, label: '(unknown)', owner: 0, offset: 0 },
    { kind: 'function', file: '/app/src/a.ts', line: 1, column: 1, label: 'handle', owner: 1, offset: 0 },
    { kind: 'function', file: '/app/src/a.ts', line: 9, column: 1, label: 'load', owner: 2, offset: 0 },
    { kind: 'function', file: '/app/src/b.ts', line: 3, column: 1, label: 'save “é𝄞”', owner: 3, offset: 0 },
    { kind: 'await', file: '/app/src/a.ts', line: 2, column: 9, label: 'load(id)', owner: 1, offset: 20 },
    { kind: 'await', file: '/app/src/a.ts', line: 3, column: 3, label: 'save()', owner: 1, offset: 40 },
  ],
  notes: [],
};

function mainThread(): ThreadModel {
  return {
    hello,
    endTime: 10_000,
    isOver: true,
    tasks: {
      count: 4,
      id: Uint32Array.of(0, 1, 2, 3, 4),
      site: Uint32Array.of(0, 1, 2, 3, 1),
      parent: Uint32Array.of(0, 0, 1, 1, 0),
      begin: Float64Array.of(Number.NaN, 100, 110, 3000, 200),
      end: Float64Array.of(Number.NaN, 5000, 3000, 4500, Number.NaN),
      state: Uint8Array.of(0, taskState.done, taskState.done, taskState.rejected, taskState.waiting),
      busy: Float64Array.of(0, 50, 2500, 20, 5),
      waits: Uint32Array.of(0, 2, 0, 0, 1),
      lastWait: Uint32Array.of(0, 2, 0, 0, 3),
    },
    waits: {
      count: 3,
      task: Uint32Array.of(0, 1, 1, 4),
      site: Uint32Array.of(0, 4, 5, 4),
      begin: Float64Array.of(Number.NaN, 120, 3010, 210),
      end: Float64Array.of(Number.NaN, 3000, 4600, Number.NaN),
      child: Uint32Array.of(0, 2, 3, 0),
      started: Uint32Array.of(0, 1, 1, 0),
      previous: Uint32Array.of(0, 0, 1, 0),
    },
    blocks: [
      {
        kind: 'block',
        start: 400,
        durationUs: 2400,
        task: 2,
        frames: [{ name: 'parse', file: '/app/src/b.ts', line: 30, column: 5 }],
        culprit: 0,
        sites: [],
        gcUs: 0,
        source: 'pause',
      },
    ],
    collections: [{ kind: 'gc', start: 600, durationUs: 90, type: 'scavenge' }],
    rejections: [
      {
        kind: 'rejection',
        outcome: 'unhandled',
        time: 4700,
        id: 1,
        errorClass: 'TypeError',
        task: 3,
        site: 0,
        frames: [],
      },
    ],
    timed: empty,
    caught: empty,
    floating: empty,
    placeOf: Uint32Array.of(0, 1, 2, 3, 4, 5),
    lost: [],
    lostWords: 0,
    folded: { tasks: 0, waits: 0, events: 0, durations: new Map(), waitDurations: new Map() },
    promises: { created: 0, settled: 0 },
    resolutionUs: 1000,
  };
}
