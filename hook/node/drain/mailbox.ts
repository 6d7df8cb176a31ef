import { BroadcastChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { Control } from '#protocol/messages.ts';
import { heartbeatChannel, isThreadMessage, type ThreadMessage, type WorkerMessage } from './messages.ts';

/** Messages between the drain worker and the threads of the program. */
export interface Mailbox {
  /** Gives every message that is there to `take`, in the order in which each thread sent them, until it returns false. */
  takeAll(take: (message: ThreadMessage) => boolean): void;
  /** From now on hears the channel on which that thread sends its heartbeat. */
  expectHeartbeat(thread: number): void;
  forgetHeartbeat(thread: number): void;
  /** To the main thread and these. */
  send(request: Control, threads: readonly number[]): void;
  close(): void;
}

export interface MailboxOptions {
  readonly port: MessagePort;
  /** Name of the broadcast channel. */
  readonly channel: string;
}

export function mailbox(options: MailboxOptions): Mailbox {
  const delivered: unknown[] = [];
  const common = listenTo(options.channel);
  /** By thread: where its heartbeat is still to come from. */
  const heartbeats = new Map<number, BroadcastChannel>();

  function listenTo(name: string): BroadcastChannel {
    const channel = new BroadcastChannel(name);
    // It receives from the start, so what comes while the event loop turns is delivered as an event, and lost without a listener.
    channel.addEventListener('message', (event: object) => {
      if ('data' in event) delivered.push(event.data);
    });
    return channel;
  }

  /** The main thread's port comes last: what it says of another thread (its end, or everybody's) comes after what that thread said. */
  function* waiting(): Generator {
    yield* delivered.splice(0);
    yield* queueOf(common);
    // Of the threads that are left now: a closed channel may not be asked.
    for (const channel of heartbeats.values()) yield* queueOf(channel);
    yield* queueOf(options.port);
  }

  return {
    takeAll(take) {
      for (const message of waiting()) if (isThreadMessage(message) && !take(message)) return;
    },
    expectHeartbeat(thread) {
      heartbeats.set(thread, listenTo(heartbeatChannel(options.channel, thread)));
    },
    forgetHeartbeat(thread) {
      heartbeats.get(thread)?.close();
      heartbeats.delete(thread);
    },
    send(request, threads) {
      const message: WorkerMessage = { control: request };
      const { port } = options;
      port.postMessage(message);
      for (const thread of threads) sendOnce(`${options.channel}.${thread}`, message);
    },
    close() {
      for (const channel of [common, ...heartbeats.values()]) channel.close();
      options.port.close();
    },
  };
}

function* queueOf(port: object): Generator {
  while (isPort(port)) {
    const received = receiveMessageOnPort(port);
    if (received === undefined) return;
    yield received.message;
  }
}

function sendOnce(name: string, message: WorkerMessage): void {
  const port = new BroadcastChannel(name);
  port.postMessage(message);
  port.close();
}

/** Node takes a broadcast channel here as well; its types do not know. */
function isPort(port: object): port is MessagePort {
  return 'postMessage' in port;
}
