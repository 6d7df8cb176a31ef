import { UserError } from '#workspace/userError.ts';
import { fieldOf, numberOf, textOf } from './unknownFields.ts';

/** Requests and events of the Chrome DevTools Protocol with one thread of a program. */
export interface Session {
  /** The result. @throws UserError when the program refuses, ends, or does not answer in time */
  request(method: string, params?: object, timeoutMs?: number): Promise<unknown>;
  /** Hears an event from now on; one listener per event. Returns what ends it. */
  on(event: string, listen: (params: unknown) => void): () => void;
}

/** The end of a session that its messages come in at. */
export interface SessionEnd extends Session {
  receive(message: unknown): void;
  /** Every request that waits, and every later one, fails with this. */
  end(reason: string): void;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
  readonly timer: NodeJS.Timeout;
}

const defaultTimeoutMs = 20_000;

/** A session over anything that carries texts. */
export function startSession(send: (text: string) => void): SessionEnd {
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<string, (params: unknown) => void>();
  let lastId = 0;
  let ended: string | undefined;
  const settle = (id: number): Waiting | undefined => {
    const found = waiting.get(id);
    clearTimeout(found?.timer);
    waiting.delete(id);
    return found;
  };
  return {
    request: async (method, params = {}, timeoutMs = defaultTimeoutMs) => {
      if (ended !== undefined) throw new UserError(ended);
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        const giveUp = (): void => settle(id)?.reject(new UserError(noAnswer(method, timeoutMs)));
        waiting.set(id, { resolve, reject, timer: setTimeout(giveUp, timeoutMs) });
        send(JSON.stringify({ id, method, params }));
      });
    },
    on: (event, listen) => {
      listeners.set(event, listen);
      return () => void listeners.delete(event);
    },
    receive: (message) => {
      const id = numberOf(message, 'id');
      if (id === undefined) return listeners.get(textOf(message, 'method') ?? '')?.(fieldOf(message, 'params'));
      const error = textOf(message, 'error', 'message');
      if (error === undefined) settle(id)?.resolve(fieldOf(message, 'result'));
      else settle(id)?.reject(new UserError(`The inspector refused: ${error}`));
    },
    end: (reason) => {
      ended ??= reason;
      for (const id of waiting.keys()) settle(id)?.reject(new UserError(ended));
    },
  };
}

function noAnswer(method: string, timeoutMs: number): string {
  return (
    `The process did not answer within ${timeoutMs / 1000} s (${method}): it may be blocked in a call that does not return, ` +
    'such as a synchronous child process'
  );
}
