import type { Frame } from '#protocol/messages.ts';

/** What one look at the blocked thread brought. */
export type StackSample =
  /** `source`: how it was taken. Innermost first, all frames, also those of Node and libraries. */
  | { readonly kind: 'stack'; readonly source: 'pause' | 'profile'; readonly frames: readonly Frame[] }
  /** A debugger of the user holds the thread: it is not blocked. */
  | { readonly kind: 'debugger' }
  /** The inspector did not answer, or there is none. */
  | { readonly kind: 'failed' };

/** A look at the thread that is under way. */
export interface SampleAttempt {
  /** How long it has held the thread up so far, in µs: time that is no part of the block. */
  heldUs(): number;
  /** Ends it without result; the thread goes on and no session stays. */
  cancel(): void;
}

export interface SampleRequest {
  /** Whether a file is the program's own; columns are mapped back in these only. */
  readonly isOwn: (file: string) => boolean;
  /** Called at most once, never after `cancel`. The thread stands still while it runs when the sample came from a pause. */
  readonly onSample: (sample: StackSample) => void;
}
