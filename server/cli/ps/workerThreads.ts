import { startSession, type Session, type SessionEnd } from './session.ts';
import { textOf } from './unknownFields.ts';

/** A worker thread of the process, reached through its main thread. */
export interface WorkerThread {
  readonly id: number;
  /** Its script, or what the program calls it. */
  readonly title: string;
  readonly session: Session;
}

/** Opens a session with each worker thread, does something with them, and closes the sessions. */
export async function whileOnWorkers(
  main: Session,
  use: (workers: readonly WorkerThread[]) => Promise<void>,
): Promise<void> {
  const workers = new Map<string, WorkerThread & { readonly session: SessionEnd }>();
  const off = [
    main.on('NodeWorker.attachedToWorker', (params) => {
      const sessionId = textOf(params, 'sessionId') ?? '';
      const send = (message: string): void =>
        void main.request('NodeWorker.sendMessageToWorker', { sessionId, message }).catch(() => end.end(gone));
      const end = startSession(send);
      const id = Number(textOf(params, 'workerInfo', 'workerId') ?? 0);
      workers.set(sessionId, { id, title: titleOf(params), session: end });
    }),
    main.on('NodeWorker.receivedMessageFromWorker', (params) => {
      const message: unknown = JSON.parse(textOf(params, 'message') ?? '{}');
      workers.get(textOf(params, 'sessionId') ?? '')?.session.receive(message);
    }),
    main.on('NodeWorker.detachedFromWorker', (params) =>
      workers.get(textOf(params, 'sessionId') ?? '')?.session.end(gone),
    ),
  ];
  try {
    await main.request('NodeWorker.enable', { waitForDebuggerOnStart: false });
    await use(Array.from(workers.values()).filter(({ title }) => title !== hookThread));
  } finally {
    await main.request('NodeWorker.disable');
    for (const end of off) end();
  }
}

/** Name of the thread of our own hook, in programs that `rubato run` started. */
const hookThread = 'rubato';

const gone = 'The worker ended while it was looked at';

/** Node's title is `Worker 1` or `[worker 1] name`; the script says more. */
function titleOf(params: unknown): string {
  const title = textOf(params, 'workerInfo', 'title') ?? '';
  const [, name = ''] = /^\[worker \d+\] ?(.*)$/.exec(title) ?? [];
  return name !== '' ? name : (textOf(params, 'workerInfo', 'url') ?? '');
}
