import { gzip, gzipSync } from 'node:zlib';
import { promisify } from 'node:util';
import type { Job, JobHandler } from './job.ts';

const compress = promisify(gzip);

export class MailHandler implements JobHandler {
  async run(job: Job): Promise<string> {
    const body = await compress(job.text.repeat(1000));
    return `mail ${job.id}: ${body.length} bytes`;
  }
}

export class ThumbnailHandler implements JobHandler {
  async run(job: Job): Promise<string> {
    if (job.text === '') throw new Error(`job ${job.id} has no picture`);
    return `thumbnail ${job.id}: ${shrink(job.text).length} bytes`;
  }
}

/** Blocks, and so does everybody who waits for a thumbnail. */
function shrink(picture: string): Buffer {
  return gzipSync(picture.repeat(2_000_000));
}
