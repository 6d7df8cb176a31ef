import path from 'node:path';

/** What to start. */
export interface ChildCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** Base names of the program and its script, for titles; no arguments, but the script that a package manager runs: `npm run start`. */
  readonly title: string;
  /** Node's permission model forbids what the hook needs; Node 20 would not even start with it. */
  readonly isRestricted: boolean;
}

/**
 * The words of the command line as a program and its arguments. A script alone runs with the Node that runs Rubato. Node itself gets
 * the hook as a flag, too: worker threads with an environment of their own inherit flags only. Without `hook` nothing is added.
 */
export function childCommand([first = '', ...rest]: readonly string[], hook?: string): ChildCommand {
  if (isScript(first)) return nodeCommand(process.execPath, [first, ...rest], hook);
  if (isNode(first)) return nodeCommand(first, rest, hook);
  return {
    file: first,
    args: rest,
    title: [path.basename(first), ...packageScript(first, rest)].join(' '),
    isRestricted: false,
  };
}

function packageScript(program: string, [verb = '', script = '']: readonly string[]): readonly string[] {
  if (!/^(?:npm|pnpm|yarn|bun)(?:\.cmd|\.exe)?$/i.test(path.basename(program))) return [];
  if (verb === 'test' || verb === 'start') return [verb];
  return verb === 'run' && /^[\w@/:.-]{1,80}$/.test(script) ? [verb, script] : [];
}

function nodeCommand(file: string, args: readonly string[], hook: string | undefined): ChildCommand {
  const at = args.findIndex((word) => !word.startsWith('-'));
  const flags = at < 0 ? args : args.slice(0, at);
  const isRestricted = flags.some((flag) => /^--(?:experimental-)?permission$/.test(flag));
  const script = args.find((word) => isScript(word));
  return {
    file,
    args: hook === undefined ? args : ['--require', hook, ...args],
    title: script === undefined ? 'node' : `node ${path.basename(script)}`,
    isRestricted,
  };
}

function isNode(word: string): boolean {
  return /^node(?:\.exe)?$/i.test(path.basename(word));
}

function isScript(word: string): boolean {
  return /\.[cm]?[jt]s$/.test(word) && !word.startsWith('-');
}
