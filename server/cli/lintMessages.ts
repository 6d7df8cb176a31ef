import type { LintPart } from '#workspace/lintRequest.ts';

/** What the thread that judges tells the main thread. */
export type LintMessage =
  | { readonly kind: 'part'; readonly part: LintPart }
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'log'; readonly line: string }
  /** All parts were sent. */
  | { readonly kind: 'done' }
  /** Wrong use: the message for the user. */
  | { readonly kind: 'refused'; readonly message: string }
  /** A bug of ours. */
  | { readonly kind: 'crashed'; readonly stack: string };

/** The one shared number: not 0 means that the run is to end. */
export const cancelSlot = 0;
