import { setEnvironmentData, threadId } from 'node:worker_threads';
import type { HookSettings } from '#protocol/hookSettings.ts';
import { registerKey, type ThreadRegister } from './threadRegister.ts';

const places = 4096;

/** A new register, which all worker threads to come inherit. */
export function openRegister(settings: HookSettings): ThreadRegister {
  const register = { settings, started: new Int32Array(new SharedArrayBuffer(places * Int32Array.BYTES_PER_ELEMENT)) };
  setEnvironmentData(registerKey, register);
  return register;
}

/** This thread is traced. */
export function registerThread({ started }: ThreadRegister): void {
  Atomics.store(started, threadId % places, threadId);
}

/** Worker threads that a thread has started, to tell in the end which of them the hook did not reach. */
export interface StartedThreads {
  /** Its id; `undefined` when it is over already. */
  add(worker: unknown): number | undefined;
  /** How many of those added since the last call are not traced. A thread that ended before the hook began in it counts, too. */
  takeUntraced(): number;
}

export function startedThreads({ started }: ThreadRegister): StartedThreads {
  let ids: number[] = [];
  return {
    add: (worker) => {
      const id = hasThreadId(worker) && worker.threadId > 0 ? worker.threadId : undefined;
      if (id !== undefined) ids.push(id);
      return id;
    },
    takeUntraced: () => {
      const untraced = ids.filter((id) => Atomics.load(started, id % places) !== id);
      ids = [];
      return untraced.length;
    },
  };
}

function hasThreadId(value: unknown): value is { readonly threadId: number } {
  return typeof value === 'object' && value !== null && 'threadId' in value && typeof value.threadId === 'number';
}
