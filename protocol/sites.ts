/**
 * Sites: the places in source that records point at. The hook numbers them per thread from 1 while it loads modules.
 * Lines and columns count from 1, columns in UTF-16 code units, of the text as it was loaded before the hook changed anything.
 */

/** What stands at a site. */
export type SiteKind =
  /** An async function, async generator, async arrow or method: what a task is an instance of. */
  | 'function'
  /** A function that is not async; it holds other sites and is never entered. */
  | 'sync-function'
  /** The top level of a module that awaits. */
  | 'module'
  | 'await'
  | 'for-await'
  | 'yield'
  /** A catch clause or rejection handler that drops its error. */
  | 'catch'
  /** A statement that calls something and uses nothing of its result. */
  | 'call'
  /** A call of a known blocking API. */
  | 'blocking';

export interface Site {
  /** From 1; position in the table of its thread. */
  readonly id: number;
  readonly kind: SiteKind;
  /** Id of the file, see `SourceFile`. */
  readonly file: number;
  readonly line: number;
  readonly column: number;
  /**
   * What to call it. Functions: their name, `Class.method`, `callback of ids.map()` or `(anonymous)`; awaits, yields, calls: the source text of what is awaited or
   * called, white space collapsed, at most 80 code units; modules: the file's base name; catches: `catch` or `.catch()`.
   */
  readonly label: string;
  /** Site of the innermost function around it (its own id for a function); 0 at the top level of a module without awaits. */
  readonly owner: number;
  /** UTF-16 offset from the beginning of its owner's text; 0 for functions. Without owner: from the beginning of the file. */
  readonly offset: number;
  /** `contentHash` of the function's text in the file, for the three kinds of functions. Absent for sites inside them. */
  readonly hash?: string;
}

export interface SourceFile {
  readonly id: number;
  /** Absolute path as loaded, forward slashes. */
  readonly path: string;
  /**
   * Value of its `sourceMappingURL` comment where it has one outside (a file name); `inline` for a data URL, which is read again from the file.
   * Where a tool made the text in memory: its map as a data URL (base64), with `contentHashes` of the sources instead of their texts.
   */
  readonly sourceMap?: string;
}

/** New sites of one loaded module, in one message. */
export interface SiteTable {
  readonly files: readonly SourceFile[];
  readonly sites: readonly Site[];
}
