import path from 'node:path';
import { parentPort } from 'node:worker_threads';
import { runFolder } from '#protocol/runFolder.ts';
import { finishTrace } from '#runs/finishTrace.ts';
import { rootOf } from '#runs/openTrace.ts';
import { RunError } from '#runs/runError.ts';
import { newRunFolder } from '#runs/runFolders.ts';
import { buffersOf } from './buffersOf.ts';
import { messageOf } from './messageOf.ts';
import type { ReaderAnswer, ReaderRequest } from './messages.ts';
import { TraceSession } from './traceSession.ts';

const sessions = new Map<number, TraceSession>();
/** By folder: runs that are being finished, one after the other. */
const finishing = new Map<string, Promise<void>>();

parentPort?.on('message', (request: ReaderRequest) => {
  // Both ends are this program, so requests are not looked at closely.
  take(request).catch((error: unknown) =>
    answer({ kind: 'failed', ...whoAsked(request), message: messageOf(error, failures[request.kind]) }),
  );
});

const failures: Readonly<Record<ReaderRequest['kind'], string>> = {
  open: 'The trace could not be read',
  close: 'The trace could not be closed',
  watchTasks: 'The tasks could not be told',
  panel: 'The trace panel could not be answered',
  detachPanel: 'The trace panel could not be closed',
  findings: 'The findings could not be told',
  compareWith: 'The runs could not be compared',
  export: 'The trace could not be exported',
  finish: 'The run could not be finished',
  makeRun: 'The folder of the run could not be made',
};

function answer(given: ReaderAnswer): void {
  parentPort?.postMessage(given, given.kind === 'panel' ? buffersOf(given.message) : []);
}

/** Rejects with what the user is told. */
async function take(request: ReaderRequest): Promise<void> {
  switch (request.kind) {
    case 'open':
      return openSession(request);
    case 'close':
      sessions.get(request.session)?.dispose();
      return void sessions.delete(request.session);
    case 'finish': {
      await finish(request.folder);
      return answer({ kind: 'done', request: request.request });
    }
    case 'makeRun':
      return answer({ kind: 'made', request: request.request, folder: await makeRun(request) });
    case 'export': {
      const session = sessions.get(request.session);
      if (session === undefined) throw new RunError('The trace is not open any more');
      await session.take(request);
      return answer({ kind: 'done', request: request.request });
    }
    default:
      return sessions.get(request.session)?.take(request);
  }
}

async function openSession({ session, source }: Extract<ReaderRequest, { kind: 'open' }>): Promise<void> {
  sessions.get(session)?.dispose();
  const made = new TraceSession(session, source, answer);
  sessions.set(session, made);
  try {
    await made.run();
  } catch (error) {
    made.dispose();
    // Closed in between: nobody wants to know.
    if (sessions.get(session) !== made) return;
    sessions.delete(session);
    throw error;
  }
}

async function finish(folder: string): Promise<void> {
  const before = finishing.get(folder) ?? Promise.resolve();
  // Whether it could be finished then does not matter to whoever asks again.
  const mine = before.catch(() => {}).then(() => finishTrace(folder, rootOf(folder, folder)));
  finishing.set(folder, mine);
  try {
    await mine;
  } finally {
    if (finishing.get(folder) === mine) finishing.delete(folder);
  }
}

function makeRun({ root, command }: Extract<ReaderRequest, { kind: 'makeRun' }>): Promise<string> {
  const manifest = { version: 1, startedAt: Date.now(), command, mode: 'trace' } as const;
  return newRunFolder(path.join(root, runFolder.folder), manifest);
}

function whoAsked(request: ReaderRequest): { readonly session: number } | { readonly request: number } {
  return 'request' in request ? { request: request.request } : { session: request.session };
}
