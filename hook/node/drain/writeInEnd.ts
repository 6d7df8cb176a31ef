import type { TriggerNote } from '#protocol/messages.ts';
import type { HookSettings } from '#protocol/hookSettings.ts';
import { diskSpace } from './diskSpace.ts';
import { flightMemory } from './flightMemory.ts';
import type { Listeners } from './listeners.ts';
import type { ThreadMessage, ThreadStart } from './messages.ts';
import { takeMessage } from './takeMessage.ts';
import { TracedThread } from './tracedThread.ts';

/** A main thread that is over, and no drain worker has begun with it. */
export interface EndedThread {
  readonly settings: HookSettings;
  readonly start: ThreadStart;
  /** All that it said. */
  readonly messages: readonly ThreadMessage[];
  /** In µs since its start. */
  readonly time: number;
  readonly exitCode: number | undefined;
  readonly onFault: (error: unknown) => void;
}

/** Does at once what the drain worker would have done with a thread from its start to its end: the same frames in the same file. */
export function writeInEnd(ended: EndedThread): void {
  const { settings, start, messages, time, exitCode, onFault } = ended;
  const flight = settings.mode === 'flight' ? flightMemory() : undefined;
  const thread = new TracedThread(start, {
    settings,
    space: diskSpace(settings.maxBytes, onFault),
    listeners: nobody,
    flight,
    createWatchdog: () => undefined,
    trigger: (_thread, reason) => trigger(reason),
  });

  function trigger(reason: TriggerNote['reason']): void {
    if (flight === undefined) return;
    thread.drain();
    flight.writeAll();
    thread.note({ kind: 'trigger', time: thread.nowUs(), reason });
  }

  for (const message of messages) {
    if (message.kind !== 'start' && message.kind !== 'end' && message.kind !== 'gone') takeMessage(thread, message);
  }
  thread.end({ time, exitCode });
}

/** It is too late to listen. */
const nobody: Listeners = {
  open() {},
  addThread() {},
  removeThread() {},
  send() {},
  count: () => 0,
  sendLive() {},
  close() {},
};
