import type { Session } from 'node:inspector';
import { inspectorModule } from '../detect/inspectorModule.ts';
import type { SampleAttempt, SampleRequest, StackSample } from './stackSample.ts';

/** A session with the main thread for one sample. */
export interface SampleSession {
  readonly session: Session;
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
    return { cancel() {} };
  }
  const session = new inspector.Session();
  let isOpen = true;

  /** Commands on their way are carried out; their answers are not heard. */
  function close(farewell: readonly string[]): void {
    if (!isOpen) return;
    isOpen = false;
    session.removeAllListeners();
    for (const method of farewell) session.post(method, ignore);
    session.disconnect();
  }

  try {
    session.connectToMainThread();
    take({
      session,
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
  return { cancel: () => close(['Debugger.resume', 'Debugger.disable']) };
}

/** Disconnecting answers open commands with an error. */
function ignore(): void {}
