import { realpathSync } from 'node:fs';

/** The part of `process` that says what runs. */
interface Invocation {
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
}

/** Real path of the script that Node was started with, forward slashes; `undefined` for `-e`, the standard input and the like. */
export function scriptOf({ argv, execArgv }: Invocation): string | undefined {
  // With these the first argument is the program's, not a script.
  if (execArgv.some((flag) => /^(?:-e|-p|-pe|--eval|--print|-i|--interactive|--test)$/.test(flag))) return undefined;
  const script = argv[1];
  if (script === undefined || script === '-') return undefined;
  return realPath(script).replaceAll('\\', '/');
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // `node app` for app.js, or no such file: Node will say so.
    return file;
  }
}
