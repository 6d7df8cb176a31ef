/**
 * NODE_OPTIONS with `--require <hook>` behind what is there: preloads run in that order, and module hooks that come last see what the
 * others made of a module. Unchanged when the hook is in it already.
 */
export function withHook(existing: string | undefined, hook: string): string {
  const flag = `--require ${quoted(hook)}`;
  if (existing === undefined || existing.trim() === '') return flag;
  return existing.includes(flag) ? existing : `${existing} ${flag}`;
}

/** Node splits NODE_OPTIONS at spaces; inside double quotes a backslash escapes, outside it is a character like others. */
function quoted(path: string): string {
  return /[\s"]/.test(path) ? `"${path.replaceAll(/[\\"]/g, String.raw`\$&`)}"` : path;
}
