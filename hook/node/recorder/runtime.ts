import { types } from 'node:util';
import type { TaskRuntime } from '../contracts.ts';
import type { BlockingClock } from './blockingClock.ts';
import { loopIterable } from './forAwait.ts';
import type { LostTasks } from './lostTasks.ts';
import type { TaskMarks } from './taskMarks.ts';

/** What the runtime of a thread is made of; how much is recorded is decided by these parts, not in its methods. */
export interface RuntimeParts {
  readonly marks: TaskMarks;
  readonly lost: LostTasks;
  readonly clock: BlockingClock;
  /** Slot of the current task. */
  readonly currentSlot: () => number;
  /** A task let this error out. */
  readonly onThrow: (slot: number, error: unknown) => void;
  readonly onSwallow: (site: number, error: unknown) => void;
  readonly onFloat: (site: number, promise: object) => void;
  readonly onTimed: (site: number, us: number) => void;
}

/** What transformed code calls, see `TaskRuntime`. The methods use no `this`. */
export function taskRuntime(parts: RuntimeParts): TaskRuntime {
  const { marks, lost, clock, currentSlot, onThrow, onSwallow, onFloat, onTimed } = parts;
  const { isPromise } = types;
  const { sample, forget } = lost;
  const { begin, suspend, yield: yieldAt, resume, fail, end } = marks;
  const runtime: TaskRuntime = {
    b(site) {
      const slot = begin(site);
      if (runtime.g !== undefined) runtime.g = undefined;
      if (slot !== 0) {
        const token = sample(site, slot);
        if (token !== undefined) runtime.g = token;
      }
      return slot;
    },
    a(slot, site, value) {
      suspend(slot, site);
      return value;
    },
    c(slot, value) {
      resume(slot);
      return value;
    },
    k: resume,
    y(slot, site, value) {
      yieldAt(slot, site);
      return value;
    },
    f(slot, site, iterable) {
      if (slot === 0) return iterable;
      const wrapper = loopIterable(iterable, {
        suspend: () => suspend(slot, site),
        isCurrent: () => currentSlot() === slot,
        resume: () => resume(slot),
      });
      return standsFor(wrapper, iterable) ? wrapper : iterable;
    },
    x(slot, error) {
      fail(slot);
      onThrow(slot, error);
      return error;
    },
    e(slot, token) {
      end(slot);
      if (token !== undefined) forget(token);
    },
    // No getter: reading one would cost as much as a record.
    g: undefined,
    w: onSwallow,
    p(site, value) {
      if (typeof value === 'object' && value !== null && isPromise(value)) onFloat(site, value);
      return value;
    },
    n: clock.start,
    d(site, start, value) {
      onTimed(site, clock.since(start));
      return value;
    },
  };
  return runtime;
}

/** The wrapper does for a `for await` what the iterable does. */
function standsFor<T>(wrapper: unknown, _iterable: T): wrapper is T {
  return wrapper !== undefined;
}
