import path from 'node:path';

/** How a program file is started. */
export interface FileStart {
  /** Program `node`, as the setting says it. */
  readonly node: string;
  /** Such as `v22.18.0`; absent when it could not be asked. */
  readonly version?: string;
  /** Whether tsx is installed for the file's package. */
  readonly hasTsx: boolean;
  readonly isTest: boolean;
}

/** Words that run a file, or why that cannot be. */
export type FileWords =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** TypeScript, and nothing there to run it with. */
  | { readonly kind: 'no-typescript'; readonly version: string };

/**
 * Words that run a file with Node; `file` is relative to the folder they run in. TypeScript goes through tsx where the package has it:
 * such code may need more than Node's type stripping can do (enums, paths, `.js` for `.ts`). Otherwise Node strips the types itself.
 */
export function fileWords(file: string, { node, version, hasTsx, isTest }: FileStart): FileWords {
  const needsTsx = isTypeScript(file);
  const isStripped = needsTsx && !hasTsx;
  // Nothing but Node knows what a Node of unknown age can do: it says so itself.
  if (isStripped && version !== undefined && (!stripsTypes(version) || path.extname(file) === '.tsx'))
    return { kind: 'no-typescript', version };
  const flags = [...(needsTsx && hasTsx ? ['--import', 'tsx'] : []), ...(isTest ? ['--test'] : [])];
  return { kind: 'words', words: [node, ...flags, dashless(file)] };
}

/** A file whose name looks like an option. */
function dashless(file: string): string {
  return file.startsWith('-') ? `./${file}` : file;
}

function isTypeScript(file: string): boolean {
  return /\.(?:[cm]?ts|tsx)$/.test(file);
}

/** Files that a command may offer to run. */
export function isRunnableName(file: string): boolean {
  return /\.(?:[cm]?[jt]s|tsx)$/.test(file) && !/\.d\.[cm]?ts$/.test(file);
}

/** Whether this Node runs TypeScript unasked: 22.18 and later, 23.6 and later. */
export function stripsTypes(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if (major === 22) return minor >= 18;
  if (major === 23) return minor >= 6;
  return major > 23;
}
