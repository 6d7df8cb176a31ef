import { ring } from '#protocol/records.ts';

export interface LeftBehindOptions {
  readonly header: Int32Array;
  /** Id of the current task. */
  readonly currentTask: () => number;
  readonly unwindAll: () => void;
}

/** A task that has been current for that long may have been left behind. */
const suspiciousMs = 1000;
const onceTopOfStack = setImmediate;

/**
 * A stack overflow can strike in our own last call, so that a task stays current after its function is gone. The result is to be called
 * now and then: when one task has been current for long, the next turn of the loop, where the stack is empty, ends it.
 */
export function leftBehind({ header, currentTask, unwindAll }: LeftBehindOptions): () => void {
  let task = 0;
  let since = 0;
  let isAsked = false;

  function check(): void {
    isAsked = false;
    if (currentTask() !== 0) unwindAll();
  }

  return () => {
    const now = header[ring.clock] ?? 0;
    const current = currentTask();
    if (current !== task) {
      task = current;
      since = now;
    } else if (task !== 0 && !isAsked && now - since > suspiciousMs) {
      isAsked = true;
      onceTopOfStack(check).unref();
    }
  };
}
