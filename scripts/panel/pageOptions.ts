/** What the standalone page shows; JSON in the fragment of its address. */
export interface PageOptions {
  /** Tasks of the generated trace; 0: no trace. */
  readonly tasks?: number;
  readonly concurrency?: number;
  /** Plays the trace as it happened instead of opening all of it. */
  readonly isLive?: boolean;
  /** Where a live run begins. */
  readonly startUs?: number;
  readonly theme?: ThemeName;
  /** Tab in front, as if it had been left there. */
  readonly tab?: string;
}

export type ThemeName = 'dark' | 'light' | 'highContrast';
