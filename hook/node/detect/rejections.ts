import type { RejectionNote } from '#protocol/messages.ts';
import type { HookContext } from '../contracts.ts';
import { errorClass } from '../recorder/errorClass.ts';
import type { ErrorFrames } from './errorFrames.ts';

/** What is remembered of a rejection for the case that somebody handles it after all. */
type Remembered = Omit<RejectionNote, 'kind' | 'outcome' | 'frames' | 'windowUs'>;

/** A program that rejects in a loop is told that often, and its stacks are read for fewer: making one costs some µs. */
const mostNotes = 10_000;
const mostStacks = 256;

/**
 * Notes rejections that nobody handled, and those handled late. Nothing of the program is kept alive, and of an error only its class and its frames
 * are noted.
 *
 * Node tells of them in all modes of `--unhandled-rejections`, also in `none`; in `strict` it is the monitor of uncaught exceptions that tells, without the promise, so
 * that it cannot be said whether somebody handled it late.
 */
export function watchRejections(ctx: HookContext, framesOf: ErrorFrames): void {
  const { recorder } = ctx;
  const unhandled = new WeakMap<object, Remembered>();
  let count = 0;
  /** Node tells twice of one that becomes an uncaught exception: in either order, one right after the other. */
  let toldBy: 'unhandledRejection' | 'monitor' | undefined;

  function note(reason: unknown, promise: unknown): void {
    count += 1;
    if (count > mostNotes) return;
    const rejection: Remembered = {
      id: count,
      time: recorder.nowUs(),
      errorClass: errorClass(reason),
      task: recorder.throwerOf(reason),
      site: recorder.floatingSiteOf(promise),
    };
    if (typeof promise === 'object' && promise !== null) unhandled.set(promise, rejection);
    const frames = count <= mostStacks ? framesOf(reason) : [];
    recorder.note({ kind: 'rejection', outcome: 'unhandled', ...rejection, frames });
  }

  ctx.onProcessEvent('unhandledRejection', (handled, reason, promise) => {
    if (toldBy !== 'monitor') note(reason, promise);
    toldBy = handled || toldBy === 'monitor' ? undefined : 'unhandledRejection';
  });
  ctx.onProcessEvent('uncaughtExceptionMonitor', (_handled, error, origin) => {
    if (origin !== 'unhandledRejection') return;
    if (toldBy !== 'unhandledRejection') note(error, undefined);
    toldBy = toldBy === 'unhandledRejection' ? undefined : 'monitor';
  });
  ctx.onProcessEvent('rejectionHandled', (_handled, promise) => {
    const rejection = typeof promise === 'object' && promise !== null ? unhandled.get(promise) : undefined;
    if (rejection === undefined) return;
    const time = recorder.nowUs();
    const windowUs = time - rejection.time;
    recorder.note({ kind: 'rejection', outcome: 'late', ...rejection, time, windowUs, frames: [] });
  });
}
