import { frameOf, maxFrameBytes, type FrameType } from '#protocol/frames.ts';

const encoder = new TextEncoder();

/** A frame with a JSON body; `undefined` when it would be too long. */
export function jsonFrame(type: FrameType, body: object): Uint8Array | undefined {
  const bytes = encoder.encode(JSON.stringify(body));
  return bytes.length > maxFrameBytes ? undefined : frameOf(type, bytes);
}
