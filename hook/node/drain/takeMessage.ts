import type { ThreadMessage } from './messages.ts';
import type { TracedThread } from './tracedThread.ts';

/** What a thread says of itself while it runs. */
type RunningMessage = Exclude<ThreadMessage, { readonly kind: 'start' | 'end' | 'gone' }>;

export function takeMessage(thread: TracedThread, message: RunningMessage): void {
  switch (message.kind) {
    case 'sites':
      return thread.addSites(message.table);
    case 'note':
      return thread.note(message.note);
    case 'heartbeat':
      return thread.watchBy(message.heartbeat);
    case 'swallowed':
      return thread.setSwallowed(message.sites);
    default:
      return message satisfies never;
  }
}
