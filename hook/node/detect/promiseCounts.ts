import { ring } from '#protocol/records.ts';
import type { HookContext } from '../contracts.ts';

/** Counts are written that often, in ms of the coarse clock, while there are any. */
const writeEveryMs = 50;

/**
 * Deep mode: counts promises as they are created and settled, also those of libraries and of Node, for some seconds. While it counts, a program that does
 * nothing but await takes twice as long. Starting again makes the time begin again.
 */
export interface PromiseCounts {
  start(seconds: number): void;
}

export function promiseCounts(ctx: HookContext): PromiseCounts {
  const { recorder } = ctx;
  const { header } = recorder;
  let created = 0;
  let settled = 0;
  let writtenMs = 0;
  let until = 0;
  let stop: (() => void) | undefined;

  function write(): void {
    writtenMs = header[ring.clock] ?? 0;
    if (created + settled > 0) recorder.countPromises(created, settled);
    created = 0;
    settled = 0;
    if (recorder.nowUs() >= until) end();
  }

  function end(): void {
    stop?.();
    stop = undefined;
  }

  /** Runs inside the engine: what it throws would be thrown at the program. */
  function writeSometimes(): void {
    try {
      if ((header[ring.clock] ?? 0) - writtenMs >= writeEveryMs) write();
    } catch (error) {
      end();
      recorder.fault('promise counts', error);
    }
  }

  ctx.onProcessEvent('exit', () => {
    if (stop !== undefined) write();
  });

  return {
    start(seconds) {
      until = recorder.nowUs() + seconds * 1e6;
      stop ??= hookPromises({
        init() {
          created += 1;
          writeSometimes();
        },
        settled() {
          settled += 1;
          writeSometimes();
        },
      });
    },
  };
}

/** Gives the function that ends it. */
function hookPromises(hooks: { readonly init: () => void; readonly settled: () => void }): () => void {
  // Not imported: hardly any program needs it, and loading it takes a while.
  const { promiseHooks } = process.getBuiltinModule('node:v8');
  const stop: unknown = promiseHooks.createHook(hooks);
  return typeof stop === 'function' ? () => void Reflect.apply(stop, undefined, []) : () => {};
}
