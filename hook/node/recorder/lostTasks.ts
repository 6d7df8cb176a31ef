import { ring } from '#protocol/records.ts';
import type { Task } from '../contracts.ts';
import { watchCells as cells } from './taskSteps.ts';

/** Watches some tasks for being collected while they wait: their suspended frame holds an object instead of the bare slot, which tells it. */
export interface LostTasks {
  /** By site (its low 16 bits): tasks until the next one that is to be watched. */
  readonly left: Int32Array;
  /** To be called for a new task when its site's `left` came to 0. The task is watched when that gives an object. */
  readonly watch: (site: number, slot: number) => Task;
  /** A watched task is over. */
  readonly forget: (task: object) => void;
}

export interface LostTasksOptions {
  readonly header: Int32Array;
  /** One in this many tasks of a busy site; 0: none at all. */
  readonly sampling: number;
  readonly idOf: (slot: number) => number;
  /** A sampled task was collected. */
  readonly onLost: (slot: number, sampling: number) => void;
}

/** What the registry keeps of a sampled task. */
interface Held {
  readonly slot: number;
  readonly id: number;
  readonly cell: number;
  readonly sampling: number;
}

/** Registering costs 200-400 ns, so a site has that many tasks watched in a second before only some are: 0.004 % of it. */
const fullPerSecond = 100;
/** A site above that many tasks in a second has fewer watched. */
const busyPerSecond = 10_000;
const busyFactor = 16;

export function lostTasks(options: LostTasksOptions): LostTasks {
  const { header, sampling, idOf, onLost } = options;
  const Registry = FinalizationRegistry;
  /** By cell: tasks until the next sampled one; the step before that; its tasks in this second; the second's start; whether it ever lost one. */
  const left = new Int32Array(cells);
  const steps = new Int32Array(cells);
  const counts = new Int32Array(cells);
  const starts = new Int32Array(cells);
  const hasLost = new Uint8Array(cells);

  const registry = new Registry((held: Held) => {
    if (idOf(held.slot) !== held.id) return;
    hasLost[held.cell] = 1;
    onLost(held.slot, held.sampling);
  });

  /** Sites share a cell above `watchCells`. */
  function watch(site: number, slot: number): Task {
    const cell = site & (cells - 1);
    const step = nextStep(cell);
    left[cell] = step;
    steps[cell] = step;
    if (sampling === 0) return slot;
    const task = { slot };
    registry.register(task, { slot, id: idOf(slot), cell, sampling: step }, task);
    return task;
  }

  function nextStep(cell: number): number {
    if (sampling === 0) return 0x7f_ff_ff_ff;
    const now = header[ring.clock] ?? 0;
    if (now - (starts[cell] ?? 0) >= 1000) {
      starts[cell] = now;
      counts[cell] = 0;
    }
    const count = (counts[cell] ?? 0) + Math.max(1, steps[cell] ?? 0);
    counts[cell] = count;
    if (count > busyPerSecond) return sampling * busyFactor;
    return count <= fullPerSecond || hasLost[cell] === 1 ? 1 : sampling;
  }

  return {
    left,
    watch,
    forget(used) {
      registry.unregister(used);
    },
  };
}
