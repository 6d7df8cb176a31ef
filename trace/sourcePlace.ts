/** A position as people know it: of the source they edit, with a path that may be shown. */
export interface SourcePlace {
  /**
   * Forward slashes. Inside the root: relative to it. `node:...` as it is. Outside the root: `…/` and the last two parts of the path. Empty when unknown.
   * Never contains `..`; may contain any other character, see `visibleText`.
   */
  readonly file: string;
  /** From 1; 0 when unknown. */
  readonly line: number;
  /** From 1, UTF-16; 0 when unknown. */
  readonly column: number;
  /** Lies below the root, so it may become evidence. */
  readonly isInside: boolean;
  /** `contentHash` of the source's text, for code that ran compiled and whose source could be read. */
  readonly fileHash?: string;
}

/** Takes a position in the text that ran (absolute path, line and column from 1) to its source. The same answer each time; throws nothing. */
export type Resolve = (file: string, line: number, column: number) => SourcePlace;
