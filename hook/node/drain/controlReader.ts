import { frameHeaderBytes, frameType, readFrame } from '#protocol/frames.ts';
import type { Control } from '#protocol/messages.ts';

/** Reads `control` frames out of what a listener sends. */
export interface ControlReader {
  /** False when the connection must end: no frames, frames of another kind, too long ones, or one that `onControl` refused. */
  feed(bytes: Uint8Array): boolean;
}

const maxBody = 4096;
const wishes = ['records', 'live', 'stats', 'notes'] as const;
const longestDeepSeconds = 600;

export function controlReader(onControl: (control: Control) => boolean): ControlReader {
  let rest = Buffer.alloc(0);
  return {
    feed(bytes) {
      rest = Buffer.concat([rest, bytes]);
      for (;;) {
        // The length is judged before the body is there, so that nobody makes us collect.
        if (rest.length >= frameHeaderBytes && rest.readUInt32LE(1) > maxBody) return false;
        const frame = readFrame(rest, 0);
        if (frame.kind !== 'frame') return frame.kind === 'incomplete';
        const control = frame.type === frameType.control ? parseControl(frame.body) : undefined;
        if (control === undefined || !onControl(control)) return false;
        rest = rest.subarray(frame.next);
      }
    },
  };
}

function parseControl(body: Uint8Array): Control | undefined {
  const value = parse(body);
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined;
  switch (value.kind) {
    case 'listen':
      return listenOf(value);
    case 'pause':
    case 'resume':
    case 'snapshot':
    case 'flush':
      return { kind: value.kind };
    case 'deep':
      return deepOf(value);
    default:
      return undefined;
  }
}

function listenOf(value: object): Control | undefined {
  const token: unknown = 'token' in value ? value.token : undefined;
  const given: unknown = 'wants' in value ? value.wants : undefined;
  if (typeof token !== 'string' || !Array.isArray(given)) return undefined;
  return { kind: 'listen', token, wants: wishes.filter((wish) => given.includes(wish)) };
}

function deepOf(value: object): Control | undefined {
  const seconds: unknown = 'seconds' in value ? value.seconds : undefined;
  if (typeof seconds !== 'number' || !(seconds > 0)) return undefined;
  return { kind: 'deep', seconds: Math.min(seconds, longestDeepSeconds) };
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    // Not ours; the caller ends the connection.
    return undefined;
  }
}
