import type { Session } from 'node:inspector';
import { performance } from 'node:perf_hooks';
import { inspectorModule } from '../detect/inspectorModule.ts';
import type { SampleAttempt, SampleRequest, StackSample } from './stackSample.ts';

/** A session with the main thread for one sample. */
export interface SampleSession {
  readonly session: Session;
  /** The thread does nothing but to serve the sample, from its first command on until `release` or the end of the session, and again from each `hold` on. */
  hold(): void;
  release(): void;
  /** True once it has ended: what comes now is too late. */
  hasEnded(): boolean;
  /** Hands the sample over, sends the commands that give the thread free, and closes. Only the first call counts. */
  finish(sample: StackSample, farewell: readonly string[]): void;
}

/**
 * Opens a session for one sample and lets `take` do it. It must not live longer: an open session makes Node print
 * "Waiting for the debugger to disconnect..." when the program exits, and its domains cost as long as they are enabled.
 */
export function sampleInSession(request: SampleRequest, take: (connection: SampleSession) => void): SampleAttempt {
  const inspector = inspectorModule();
  if (inspector === undefined) {
    request.onSample({ kind: 'failed' });
    return { heldUs: () => 0, cancel() {} };
  }
  const session = new inspector.Session();
  const hold = stopwatch();
  let isOpen = true;

  /** Commands on their way are carried out; their answers are not heard. */
  function close(farewell: readonly string[]): void {
    if (!isOpen) return;
    isOpen = false;
    session.removeAllListeners();
    for (const method of farewell) session.post(method, ignore);
    session.disconnect();
    hold.stop();
  }

  try {
    session.connectToMainThread();
    // Does nothing; its answer tells when the thread has come to our commands.
    session.post('Debugger.disable', () => {
      if (isOpen) hold.start();
    });
    take({
      session,
      hold: hold.start,
      release: hold.stop,
      hasEnded: () => !isOpen,
      finish(sample, farewell) {
        if (!isOpen) return;
        close(farewell);
        request.onSample(sample);
      },
    });
  } catch {
    // The main thread is gone, or its inspector is: the duration remains.
    isOpen = false;
    request.onSample({ kind: 'failed' });
  }
  return { heldUs: hold.us, cancel: () => close(['Debugger.resume', 'Debugger.disable']) };
}

/** Adds up the time between its starts and stops. */
function stopwatch(): Readonly<Record<'start' | 'stop', () => void>> & { readonly us: () => number } {
  let sum = 0;
  let from: number | undefined;
  const running = (): number => (from === undefined ? 0 : performance.now() - from);
  return {
    start() {
      from ??= performance.now();
    },
    stop() {
      sum += running();
      from = undefined;
    },
    us: () => Math.round((sum + running()) * 1000),
  };
}

/** Disconnecting answers open commands with an error. */
function ignore(): void {}
