import { connect, type Socket } from 'node:net';
import { frameOf, frameType } from '#protocol/frames.ts';
import type { Control } from '#protocol/messages.ts';
import type { ProcessAddress } from './processMarks.ts';

/** What is sent of a living process. */
export type Wish = Extract<Control, { kind: 'listen' }>['wants'][number];

/** What to ask of a process, and who hears the answer. */
export interface ListenOptions {
  readonly wants: readonly Wish[];
  /** Bytes of frames, in pieces of any length. */
  readonly onData: (bytes: Uint8Array) => void;
}

/**
 * Connects to a traced process over its private socket. It keeps nothing alive and throws nothing: a process that is gone or refuses says no more,
 * and the socket closes.
 */
export function listenTo({ socket: path, token }: ProcessAddress, { wants, onData }: ListenOptions): Socket {
  const socket = connect(path, () => tell(socket, { kind: 'listen', token, wants }));
  return socket
    .on('data', onData)
    .on('error', () => socket.destroy())
    .unref();
}

function tell(socket: Socket, control: Control): void {
  socket.write(frameOf(frameType.control, new TextEncoder().encode(JSON.stringify(control))));
}
