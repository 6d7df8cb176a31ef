import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { Socket } from 'node:net';

/** An open connection that carries texts. */
export interface TextSocket {
  send(text: string): void;
  /** Called once for each text that arrives, in order. */
  onText: (text: string) => void;
  /** Called once, when the connection has ended, whoever ended it. */
  onEnd: () => void;
  close(): void;
}

/** Where a server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Opens a WebSocket (RFC 6455) to a server on this machine. Node 20 has no `WebSocket`, and all that is needed here is a client without
 * extensions for whole text messages. Rejects when the server refuses or does not answer within `timeoutMs`.
 */
export async function openWebSocket(at: Address, path: string, timeoutMs: number): Promise<TextSocket> {
  return new Promise((resolve, reject) => {
    const upgrade = request({
      ...at,
      path,
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      },
    });
    upgrade.setTimeout(timeoutMs, () => upgrade.destroy(new Error('no answer')));
    upgrade.once('upgrade', (_response, socket, head) => resolve(overSocket(socket, head)));
    upgrade.once('response', (response) => reject(new Error(`the inspector answered ${response.statusCode}`)));
    upgrade.once('error', reject);
    upgrade.end();
  });
}

const opcode = { text: 1, close: 8, ping: 9, pong: 10 } as const;

function overSocket(socket: Socket, head: Buffer): TextSocket {
  let isOver = false;
  const frames = frameReader((code, body) => {
    if (code === opcode.text) opened.onText(body.toString('utf8'));
    else if (code === opcode.ping) socket.write(maskedFrame(opcode.pong, body));
    else if (code === opcode.close) socket.end();
  });
  const opened: TextSocket = {
    send: (text) => void socket.write(maskedFrame(opcode.text, Buffer.from(text, 'utf8'))),
    onText: () => undefined,
    onEnd: () => undefined,
    close: () => {
      if (!isOver) socket.end(maskedFrame(opcode.close, Buffer.alloc(0)));
    },
  };
  socket.setTimeout(0).setNoDelay(true);
  // A connection that breaks ends the same way as one that is closed: `close` follows every `error`.
  socket.on('error', () => undefined);
  socket.once('close', () => {
    isOver = true;
    opened.onEnd();
  });
  socket.on('data', frames);
  if (head.length > 0) frames(head);
  return opened;
}

/** Cuts a stream of bytes into frames. The inspector sends each message as one frame, unmasked. */
function frameReader(receive: (code: number, body: Buffer) => void): (bytes: Buffer) => void {
  let parts: Buffer[] = [];
  let size = 0;
  let needed = 2;
  return (bytes) => {
    parts.push(bytes);
    size += bytes.length;
    // Joined only when a frame is whole: a frame of megabytes arrives in pieces of 64 KiB.
    while (size >= needed) {
      const all = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts, size);
      const frame = frameAt(all);
      needed = frame.end;
      parts = [all];
      if (!frame.isWhole) continue;
      receive(frame.code, all.subarray(frame.start, frame.end));
      parts = [all.subarray(frame.end)];
      size -= frame.end;
      needed = 2;
    }
  };
}

interface FrameHead {
  readonly code: number;
  readonly start: number;
  /** Bytes needed to know more. */
  readonly end: number;
  readonly isWhole: boolean;
}

function frameAt(bytes: Buffer): FrameHead {
  const code = bytes.readUInt8(0) & 0x0f;
  const short = bytes.readUInt8(1) & 0x7f;
  const start = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < start) return { code, start, end: start, isWhole: false };
  const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  return { code, start, end: start + length, isWhole: bytes.length >= start + length };
}

/** Clients must mask what they send. */
function maskedFrame(code: number, body: Buffer): Buffer {
  const head = Buffer.alloc(body.length < 126 ? 2 : body.length < 65_536 ? 4 : 10);
  head.writeUInt8(0x80 | code, 0);
  if (head.length === 2) head.writeUInt8(0x80 | body.length, 1);
  else if (head.length === 4) {
    head.writeUInt8(0x80 | 126, 1);
    head.writeUInt16BE(body.length, 2);
  } else {
    head.writeUInt8(0x80 | 127, 1);
    head.writeBigUInt64BE(BigInt(body.length), 2);
  }
  const mask = randomBytes(4);
  const masked = Buffer.from(body);
  for (let at = 0; at < masked.length; at += 1) masked[at] = (masked[at] ?? 0) ^ (mask[at & 3] ?? 0);
  return Buffer.concat([head, mask, masked]);
}
