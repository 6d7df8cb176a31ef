import type { HookContext } from '../contracts.ts';
import { mapCallSites } from './callSites.ts';
import type { ChangedFiles } from './changedFiles.ts';
import { keepCrashExcerpts } from './crashExcerpt.ts';
import { keepFunctionText } from './functionText.ts';
import { mapStackTraces } from './stackTraces.ts';
import { keepUnsettledWarning } from './unsettledAwait.ts';

export interface PositionOptions {
  readonly ctx: HookContext;
  readonly files: ChangedFiles;
  /** Files of the hook as stacks name them; their frames are left out. */
  readonly ownFiles: ReadonlySet<string>;
}

/** Makes what the program sees of its own text the author's text: stacks, call sites, functions as text, Node's excerpt at a crash. */
export function installPositions({ ctx, files, ownFiles }: PositionOptions): void {
  keepFunctionText();
  mapStackTraces(files, (file) => ownFiles.has(file));
  mapCallSites(files);
  if (isWorkerThread()) return;
  runPendingTicks();
  keepCrashExcerpts(ctx, files);
  keepUnsettledWarning(ctx, files);
}

/**
 * What the hook starts may have left a tick. While one waits, Node runs what follows the main script from its queue of ticks, and that shows in
 * stacks as one more frame.
 */
function runPendingTicks(): void {
  const run: unknown = Reflect.get(process, '_tickCallback');
  if (typeof run === 'function') Reflect.apply(run, process, []);
}

/** Without loading `node:worker_threads`, which costs more than all of this. */
function isWorkerThread(): boolean {
  return 'disabled' in Object(Reflect.get(process, 'chdir'));
}
