/**
 * `SourceFile.sourceMap` of a module's text: the file that its last `sourceMappingURL` comment names, or `inline`; `undefined` without one.
 * The map itself is read by whoever reads the trace, never in the traced process.
 */
export function sourceMapComment(source: string): string | undefined {
  const at = source.lastIndexOf('sourceMappingURL=');
  if (at < 0) return undefined;
  const start = source.lastIndexOf('\n', at) + 1;
  const comment = /\/[/*][#@]\s*sourceMappingURL=([^\s'"*]+)/.exec(source.slice(start, at + longestName));
  const url = comment?.[1];
  if (url === undefined) return undefined;
  return url.startsWith('data:') ? 'inline' : url;
}

/** An inline map may have megabytes; a file's name has not. */
const longestName = 4096;
