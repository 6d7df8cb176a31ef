import type { Writable } from 'node:stream';
import { UserError } from '#workspace/userError.ts';

/**
 * Lets writing to a pipe whose reader has gone end in silence, as every Unix tool does: `rubato | head -1` is no fault.
 * Call once, before the first write. Other errors reach the caller of `writeAll`.
 */
export function ignoreClosedPipes(streams: readonly Writable[]): void {
  // The listener alone keeps the error event from ending the process; `writeAll` gets the same error and judges it.
  for (const stream of streams) stream.on('error', () => undefined);
}

/**
 * Writes a text, or bytes, and waits until it is out.
 * @throws UserError when it cannot be written, for example on a full disk; not when the reader has gone
 */
export async function writeAll(stream: Writable, text: string | Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    stream.write(text, (error) => {
      if (error === null || error === undefined || isClosedPipe(error)) resolve();
      else reject(new UserError(`The output could not be written: ${error.message}`));
    });
  });
}

function isClosedPipe(error: Error): boolean {
  return 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED');
}
