import type { RejectionNote } from '#protocol/messages.ts';
import type { HookContext } from '../contracts.ts';
import { errorClass } from '../recorder/errorClass.ts';
import type { ErrorFrames } from './errorFrames.ts';

/** What is remembered of a rejection for the case that somebody handles it after all. */
type Remembered = Omit<RejectionNote, 'kind' | 'outcome' | 'frames' | 'windowUs'>;

/** A rejection as Node tells it; `promise` is not always known. */
interface Told {
  readonly reason: unknown;
  readonly promise: unknown;
  readonly time: number;
}

/** A program that rejects in a loop is told that often, and its stacks are read for fewer: making one costs some µs. */
const mostNotes = 10_000;
const mostStacks = 256;

const nextTurn = setImmediate;

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
  let delayed: Told | undefined;
  /** Node tells twice of one that becomes an uncaught exception: in either order, one right after the other. */
  let toldBy: 'unhandledRejection' | 'monitor' | undefined;

  /** One that the program does not handle may end it, and what Node then prints depends on whether its stack has been read before. */
  function noteLater(told: Told): void {
    noteDelayed();
    delayed = told;
    nextTurn(noteDelayed).unref();
  }

  function noteDelayed(): void {
    if (delayed === undefined) return;
    const told = delayed;
    delayed = undefined;
    try {
      note(told);
    } catch (error) {
      recorder.fault('rejections', error);
    }
  }

  function note({ reason, promise, time }: Told): void {
    count += 1;
    if (count > mostNotes) return;
    const rejection: Remembered = {
      id: count,
      time,
      errorClass: errorClass(reason),
      task: recorder.throwerOf(reason),
      site: recorder.floatingSiteOf(promise),
    };
    if (typeof promise === 'object' && promise !== null) unhandled.set(promise, rejection);
    const frames = count <= mostStacks ? framesOf(reason) : [];
    recorder.note({ kind: 'rejection', outcome: 'unhandled', ...rejection, frames });
  }

  ctx.onProcessEvent('unhandledRejection', (handled, reason, promise) => {
    const isNews = toldBy !== 'monitor';
    toldBy = handled || !isNews ? undefined : 'unhandledRejection';
    if (!isNews) return;
    const told = { reason, promise, time: recorder.nowUs() };
    if (handled) note(told);
    else noteLater(told);
  });
  ctx.onProcessEvent('uncaughtExceptionMonitor', (_handled, error, origin) => {
    if (origin !== 'unhandledRejection') return;
    const isNews = toldBy !== 'unhandledRejection';
    toldBy = isNews ? 'monitor' : undefined;
    if (isNews) noteLater({ reason: error, promise: undefined, time: recorder.nowUs() });
  });
  ctx.onProcessEvent('exit', noteDelayed);
  ctx.onProcessEvent('rejectionHandled', (_handled, promise) => {
    noteDelayed();
    const rejection = typeof promise === 'object' && promise !== null ? unhandled.get(promise) : undefined;
    if (rejection === undefined) return;
    const time = recorder.nowUs();
    const windowUs = time - rejection.time;
    recorder.note({ kind: 'rejection', outcome: 'late', ...rejection, time, windowUs, frames: [] });
  });
}
