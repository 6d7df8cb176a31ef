/** A `TaskRuntime` that writes down what it is told, and complains when that cannot be. */
import type { Task, TaskRuntime } from '#hook/contracts.ts';
import { loopIterable } from '#hook/recorder/forAwait.ts';
import { slotOf } from '#hook/recorder/taskSteps.ts';
import type { Site } from '#protocol/sites.ts';

interface Started {
  readonly name: string;
  return: number;
  state: 'running' | 'waiting' | 'over';
}

export interface CheckedRuntime {
  readonly runtime: TaskRuntime;
  /** `load: enter`, `load: wait fetch(id)`, `load: go on`, `load: throw Error`, `load: exit`; `drop Error at catch`, `left save()`, `timed JSON.parse(x)`. */
  readonly events: readonly string[];
  /** What cannot be: a task that awaits while it does not run, or ends twice. */
  readonly faults: readonly string[];
  /** Names of tasks that are not over, and of what is current when nothing runs. */
  readonly leftovers: () => readonly string[];
}

export function checkedRuntime(sites: readonly Site[]): CheckedRuntime {
  const tasks: Started[] = [{ name: 'nobody', return: 0, state: 'running' }];
  const events: string[] = [];
  const faults: string[] = [];
  let current = 0;
  const labelOf = (site: number): string => sites[site - 1]?.label ?? `unknown site ${site}`;
  const taskAt = (slot: number): Started => tasks[slot] ?? { name: `unknown slot ${slot}`, return: 0, state: 'over' };
  const say = (slot: number, what: string): void => void events.push(`${taskAt(slot).name}: ${what}`);
  const mustRun = (slot: number, what: string): void => {
    if (current !== slot || taskAt(slot).state !== 'running') faults.push(`${taskAt(slot).name} does not run: ${what}`);
  };
  const leave = (slot: number, state: Started['state']): void => {
    current = taskAt(slot).return;
    taskAt(slot).state = state;
  };
  const resume = (slot: number): void => {
    const task = taskAt(slot);
    if (task.state === 'over') faults.push(`${task.name} goes on although it is over`);
    if (task.state !== 'waiting') return;
    say(slot, 'go on');
    task.state = 'running';
    task.return = current;
    current = slot;
  };
  function fail<T>(error: T, task: Task): T {
    const slot = slotOf(task);
    resume(slot);
    mustRun(slot, 'throw');
    say(slot, `throw ${nameOf(error)}`);
    return error;
  }
  function end<T>(value: T, task: Task): T {
    const slot = slotOf(task);
    resume(slot);
    mustRun(slot, 'exit');
    say(slot, 'exit');
    leave(slot, 'over');
    return value;
  }
  const runtime: TaskRuntime = {
    b(site) {
      const slot = tasks.push({ name: labelOf(site), return: current, state: 'running' }) - 1;
      current = slot;
      say(slot, 'enter');
      return slot;
    },
    a(value, task, site) {
      const slot = slotOf(task);
      mustRun(slot, `wait ${labelOf(site)}`);
      say(slot, `wait ${labelOf(site)}`);
      leave(slot, 'waiting');
      return value;
    },
    c(value, task) {
      const slot = slotOf(task);
      if (taskAt(slot).state !== 'waiting') faults.push(`${taskAt(slot).name} goes on although it did not wait`);
      resume(slot);
      return value;
    },
    k: (task) => resume(slotOf(task)),
    y(value, task, site) {
      const slot = slotOf(task);
      mustRun(slot, `yield ${labelOf(site)}`);
      say(slot, `yield ${labelOf(site)}`);
      leave(slot, 'waiting');
      return value;
    },
    f(iterable, task, site) {
      const slot = slotOf(task);
      mustRun(slot, `for await ${labelOf(site)}`);
      const suspend = (): void => {
        say(slot, `wait ${labelOf(site)}`);
        leave(slot, 'waiting');
      };
      const marks = { suspend, isCurrent: () => current === slot, resume: () => resume(slot) };
      return loopIterable(iterable, marks) as typeof iterable;
    },
    x: fail,
    z: (error, task) => end(fail(error, task), task),
    e: end,
    w: (site, error) => void events.push(`drop ${nameOf(error)} at ${labelOf(site)}`),
    p(site, value) {
      events.push(`left ${labelOf(site)}`);
      return value;
    },
    n: () => 1,
    d(site, start, value) {
      events.push(`timed ${labelOf(site)}`);
      if (start !== 1) faults.push('The clock was not read');
      return value;
    },
  };
  const leftovers = (): string[] => [
    ...(current === 0 ? [] : [`current: ${taskAt(current).name}`]),
    ...tasks.slice(1).flatMap(({ name, state }) => (state === 'over' ? [] : [`${name}: ${state}`])),
  ];
  return { runtime, events, faults, leftovers };
}

function nameOf(error: unknown): string {
  return error instanceof Error || (typeof error === 'object' && error !== null && 'stack' in error)
    ? error.constructor.name
    : String(error);
}
