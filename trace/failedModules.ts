import { taskState } from './model.ts';
import type { ThreadState } from './threadState.ts';

/**
 * A module that fails has no record of its end: whatever it awaited at its top level and rejected ended it, and the program with it.
 * To be called for threads that ended with an error.
 * @param isModule whether a site is that of a module
 */
export function endFailedModules({ tasks, waits }: ThreadState, isModule: (site: number) => boolean): void {
  for (let row = 1; row <= tasks.count; row += 1) {
    if (tasks.state[row] !== taskState.waiting || !isModule(tasks.site[row] ?? 0)) continue;
    const wait = tasks.lastWait[row] ?? 0;
    const child = waits.child[wait] ?? 0;
    if (child === 0 || tasks.state[child] !== taskState.rejected) continue;
    const end = tasks.end[child] ?? Number.NaN;
    tasks.state[row] = taskState.rejected;
    tasks.end[row] = end;
    waits.end[wait] = end;
  }
}
