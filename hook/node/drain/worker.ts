import { workerData } from 'node:worker_threads';
import { printOnce } from '../recorder/printOnce.ts';
import { owner, takeOwnership } from '../recorder/threadMemory.ts';
import { createWatchdog } from '../watchdog/watchdog.ts';
import { Drain } from './drain.ts';
import { isDrainData } from './messages.ts';

/** The drain worker (dist/hook-worker.cjs), one thread of its own in each traced process. It prints nothing and listens to no event of the process. */
const data: unknown = workerData;
// A main thread that was over before writes by itself.
if (isDrainData(data) && takeOwnership(data.control, owner.worker)) {
  const drain = new Drain(data, {
    createWatchdog,
    print: (text) => printOnce(data.control, text),
    onEnd: () => {},
  });
  drain.run();
}
