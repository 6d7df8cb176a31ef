import type { HookContext } from '../contracts.ts';
import { watchCollections } from './collections.ts';
import { debuggerFlag } from './debuggerFlag.ts';
import { errorFrames } from './errorFrames.ts';
import { promiseCounts } from './promiseCounts.ts';
import { watchRejections } from './rejections.ts';
import { keepTickShapes } from './tickShape.ts';

/** Starts what watches a thread from inside. To be called after the hook has put its own `Error.prepareStackTrace` in place. */
export function startDetectors(ctx: HookContext): void {
  const { settings, recorder } = ctx;
  const keepShapes = keepTickShapes();
  const lookForDebugger = debuggerFlag(ctx);
  lookForDebugger();
  // Collections come often enough, and where none come nothing is spent.
  watchCollections(ctx, () => {
    lookForDebugger();
    keepShapes();
  });
  watchRejections(ctx, errorFrames());
  const counts = promiseCounts(ctx);
  if (settings.mode === 'deep') counts.start(settings.deepSeconds);
  recorder.onControl((control) => {
    if (control.kind === 'deep') counts.start(control.seconds);
  });
}
