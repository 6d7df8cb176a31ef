import { UserError } from '#workspace/userError.ts';
import { openInspector, type Inspector } from './inspector.ts';
import { startSession, type Session, type SessionEnd } from './session.ts';
import { numberOf, textOf } from './unknownFields.ts';
import { openWebSocket } from './webSocket.ts';

/** A process that answers questions. */
export interface Attached {
  readonly session: Session;
  /** As `v24.1.0`. */
  readonly node: string;
  /** When the process started, ms since 1970. */
  readonly startedAt: number;
}

/**
 * Opens the inspector of a process, does something with it, and leaves the process as it was: connection and, if it was closed before,
 * inspector closed.
 * @throws UserError when the process cannot be looked into, or ends meanwhile
 */
export async function whileAttached<Result>(
  pid: number,
  signal: AbortSignal,
  use: (attached: Attached) => Promise<Result>,
): Promise<Result> {
  const inspector = await openInspector(pid, signal);
  const connection = await connect(pid, inspector);
  try {
    const facts = await identify(connection.session, inspector, pid);
    return await use({ session: connection.session, ...facts });
  } finally {
    await connection.leave();
  }
}

interface Connection {
  readonly session: SessionEnd;
  leave(): Promise<void>;
}

const answerMs = 5000;

async function connect(pid: number, { at, path, isOurs }: Inspector): Promise<Connection> {
  const socket = await openWebSocket(at, path, answerMs).catch((error: unknown) => {
    throw new UserError(
      `The inspector of process ${pid} does not answer: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  const end = startSession((text) => socket.send(text));
  let isOpen = true;
  const closed = new Promise<void>((resolve) => {
    socket.onEnd = () => {
      isOpen = false;
      end.end(`Process ${pid} ended while it was looked at`);
      resolve();
    };
  });
  socket.onText = (text) => end.receive(JSON.parse(text));
  return {
    session: end,
    leave: async () => {
      // Ends the connection from the other side. It works in every module system, and where the program has replaced the timers.
      if (isOurs && isOpen) socket.send(closeInspector);
      else socket.close();
      const timer = setTimeout(() => socket.close(), answerMs);
      const last = setTimeout(() => socket.onEnd(), answerMs + 1000);
      await closed;
      clearTimeout(timer);
      clearTimeout(last);
    },
  };
}

const closeInspector = JSON.stringify({
  id: 0,
  method: 'Runtime.evaluate',
  params: {
    expression: `typeof process._debugEnd === 'function' ? process._debugEnd() : require('inspector').close()`,
    includeCommandLineAPI: true,
    silent: true,
  },
});

/** Whatever listens on the port: only the process that was asked for is looked at. */
async function identify(session: Session, { ownPid, at }: Inspector, pid: number): Promise<Omit<Attached, 'session'>> {
  const expression = 'JSON.stringify({ pid: process.pid, node: process.version, uptime: process.uptime() })';
  const asked = await session.request('Runtime.evaluate', { expression, returnByValue: true, silent: true }, answerMs);
  const facts: unknown = JSON.parse(textOf(asked, 'result', 'value') ?? '{}');
  const found = numberOf(facts, 'pid');
  if (found !== ownPid)
    throw new UserError(
      `The inspector on port ${at.port} is that of process ${found ?? 'unknown'}, not of ${pid}: end that one first`,
    );
  const startedAt = Date.now() - (numberOf(facts, 'uptime') ?? 0) * 1000;
  return { node: textOf(facts, 'node') ?? '', startedAt };
}
