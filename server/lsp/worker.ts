import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { Answers } from './answers.ts';
import type { FromWorker, ToWorker } from './jobs.ts';
import { asObject } from '#protocol/lsp.ts';

/** Entry of the analysis thread: takes a job, answers it, takes the next. The main thread sends one at a time. */
const port = parentPort;
const { shared } = asObject(workerData);
if (port === null || !(shared instanceof Int32Array))
  throw new Error('This module runs as the worker of the language server');

// A folder of this thread alone, which goes with the process.
try {
  mkdirSync(tmpdir(), { recursive: true, mode: 0o700 });
} catch {
  // The native engine cannot start then, and says so; the other one needs no files.
}

const post = (message: FromWorker): void => port.postMessage(message);
const answers = new Answers(shared, post);

port.on('message', (message: ToWorker) => {
  answers
    .answer(message)
    .then(post)
    .catch((error: unknown) => post({ kind: 'failed', id: message.id, stack: String(error) }));
});
