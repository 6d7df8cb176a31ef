import path from 'node:path';
import { runFolder } from '#protocol/runFolder.ts';

/** What a traced command is started with. */
export interface TracedCommand {
  /** Script of the command `rubato`. */
  readonly cli: string;
  /** Files below it are the program's own, and `.rubato` lies in it. Absolute. */
  readonly root: string;
  /** Absolute; the root or below it. */
  readonly cwd: string;
  readonly words: readonly string[];
}

/**
 * Arguments for Node that run the words with trace. They are handed over as a list, so blanks and quotes in them mean nothing; where Windows
 * needs its command interpreter for a program, `rubato run` quotes them. The trace lies in the workspace folder, also that of one package
 * among many: the editor looks for runs there.
 */
export function tracedArguments({ cli, root, cwd, words }: TracedCommand): readonly string[] {
  const isElsewhere = path.relative(root, cwd) !== '';
  const places = isElsewhere ? ['--root', root, '--output', path.join(root, runFolder.folder)] : [];
  return [cli, 'run', ...places, '--', ...words];
}

/** What a person calls the run: the script's name, or the program's file. */
export function titleOf(words: readonly string[]): string {
  const [first = '', second = '', third] = words;
  if (second === 'run' && third !== undefined) return `${first} run ${third}`;
  const file = words.slice(1).findLast((word) => !word.startsWith('-'));
  return path.basename(file ?? first);
}
