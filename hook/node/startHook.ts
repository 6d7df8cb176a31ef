import { isMainThread } from 'node:worker_threads';
import type { HookContext } from './contracts.ts';
import { startHeartbeat } from './detect/heartbeat.ts';
import { startDetectors } from './detect/startDetectors.ts';
import { installLoaders } from './loaders/installLoaders.ts';
import { changedFiles, originalPositionIn, type ChangedFiles } from './positions/changedFiles.ts';
import { installPositions } from './positions/installPositions.ts';
import type { Tracing } from './processes/decideTracing.ts';
import { lazyTransform } from './processes/loadParsing.ts';
import { ownProgram, ownPrograms } from './processes/ownPrograms.ts';
import { watchEvents, type ProcessEvents } from './processes/processEvents.ts';
import { isStopMessage } from './processes/stopMessage.ts';
import { openRegister, registerThread, startedThreads } from './processes/threads.ts';
import { createRecorder, type StartedRecorder } from './recorder/createRecorder.ts';

/** The end of a thread waits that long for the drain worker, in ms: mostly a few are enough, but a short program on a busy machine ends before the worker runs. */
const closeMs = 1000;

/**
 * Starts the hook in this thread (dist/hook-main.cjs).
 * @throws when it cannot record; nothing of the program has been touched then
 */
export function startHook({ settings, register = openRegister(settings) }: Tracing): void {
  const started = createRecorder({
    settings,
    workerFile: ownProgram('hook-worker'),
    startsWorker: 'when loaded',
    onWorker: (worker) => events.hide(worker),
    heartbeat: startHeartbeat(),
  });
  const { recorder } = started;
  const events = watchEvents(process, (error) => recorder.fault('events', error));
  // Not writable and not configurable: transformed code must find it whatever the program does to its globals.
  Object.defineProperty(globalThis, '__rubato', { value: recorder.runtime });
  const files = changedFiles();
  const ctx: HookContext = {
    settings,
    recorder,
    onProcessEvent: events.on,
    originalPosition: originalPositionIn(files),
  };
  installParts(ctx, files);
  followThreads(started, events, register);
  events.on('message', (_handled, message) => {
    if (isMainThread && isStopMessage(message)) recorder.close(undefined, closeMs);
  });
  events.on('exit', (_handled, code) => {
    recorder.close(isMainThread ? exitCode(code) : undefined, closeMs);
  });
}

/** Each part alone: when one cannot start, the others go on. */
function installParts(ctx: HookContext, files: ChangedFiles): void {
  const parts: Readonly<Record<string, () => void>> = {
    positions: () => installPositions({ ctx, files, ownFiles: ownPrograms() }),
    detectors: () => startDetectors(ctx),
    loaders: () => installLoaders(ctx, lazyTransform, files),
  };
  for (const [name, install] of Object.entries(parts)) {
    try {
      install();
    } catch (error) {
      ctx.recorder.fault(name, error);
    }
  }
}

/** Tells of worker threads that the hook did not reach, and of those that ended without a word. */
function followThreads(
  started: StartedRecorder,
  events: ProcessEvents,
  register: ReturnType<typeof openRegister>,
): void {
  const { recorder } = started;
  registerThread(register);
  const threads = startedThreads(register);
  events.on('worker', (_handled, worker) => {
    const thread = threads.add(worker);
    if (thread === undefined) return;
    watchEvents(Object(worker), (error) => recorder.fault('threads', error)).on('exit', () =>
      started.threadGone(thread),
    );
  });
  events.on('exit', () => {
    for (let count = threads.takeUntraced(); count > 0; count -= 1)
      recorder.note({ kind: 'untraced', what: 'thread', reason: 'no-preload' });
  });
}

/** Listeners of `exit` may have changed it. */
function exitCode(code: unknown): number {
  const { exitCode: set } = process;
  return Number(set ?? code ?? 0);
}
