import { ring } from '#protocol/records.ts';

/** Watches some tasks for being collected while they wait: a token that their suspended frame holds tells it. */
export interface LostTasks {
  /** To be called for each new task; its token when it is watched. Mostly nothing but a countdown. */
  readonly sample: (site: number, slot: number) => object | undefined;
  /** A sampled task is over. */
  readonly forget: (token: object) => void;
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

/** Sites share a cell above that many. */
const cells = 1 << 16;
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

  function watch(cell: number, slot: number): object | undefined {
    const step = nextStep(cell);
    left[cell] = step;
    steps[cell] = step;
    if (sampling === 0) return undefined;
    const token = {};
    registry.register(token, { slot, id: idOf(slot), cell, sampling: step }, token);
    return token;
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
    sample(site, slot) {
      const cell = site & (cells - 1);
      const rest = (left[cell] ?? 0) - 1;
      left[cell] = rest;
      return rest > 0 ? undefined : watch(cell, slot);
    },
    forget(used) {
      registry.unregister(used);
    },
  };
}
