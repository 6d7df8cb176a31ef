import { types } from 'node:util';
import type { Task, TaskRuntime } from '../contracts.ts';
import type { BlockingClock } from './blockingClock.ts';
import { loopIterable } from './forAwait.ts';
import type { TaskMarks } from './taskMarks.ts';
import { slotOf, type TaskSteps } from './taskSteps.ts';

/** What the runtime of a thread is made of; how much is recorded is decided by these parts, not in its methods. */
export interface RuntimeParts {
  readonly steps: TaskSteps;
  readonly marks: TaskMarks;
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
  const { steps, marks, clock, currentSlot, onThrow, onSwallow, onFloat, onTimed } = parts;
  const { isPromise } = types;
  const { suspend, yield: yieldAt, resume, fail } = marks;
  const { e: end } = steps;
  const runtime: TaskRuntime = {
    ...steps,
    k: (task) => resume(slotOf(task)),
    y(value, task, site) {
      yieldAt(slotOf(task), site);
      return value;
    },
    f(iterable, task, site) {
      const slot = slotOf(task);
      if (slot === 0) return iterable;
      const wrapper = loopIterable(iterable, {
        suspend: () => suspend(slot, site),
        isCurrent: () => currentSlot() === slot,
        resume: () => resume(slot),
      });
      return standsFor(wrapper, iterable) ? wrapper : iterable;
    },
    x: failed,
    z: (error, task) => end(failed(error, task), task),
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

  function failed<T>(error: T, task: Task): T {
    const slot = slotOf(task);
    fail(slot);
    onThrow(slot, error);
    return error;
  }

  return runtime;
}

/** The wrapper does for a `for await` what the iterable does. */
function standsFor<T>(wrapper: unknown, _iterable: T): wrapper is T {
  return wrapper !== undefined;
}
