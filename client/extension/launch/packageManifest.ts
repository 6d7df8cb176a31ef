import { findNodeAtLocation, parse, parseTree } from 'jsonc-parser';

/** What starting needs of a package.json. Text that is no JSON, or only half of it, gives what it has. */
export interface PackageManifest {
  readonly name?: string;
  readonly packageManager?: string;
  /** Commands by name, in the order of the file. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Files of `main`, `module` and `bin`, as they stand there. */
  readonly programs: readonly string[];
}

/** Where a script stands. Line from 0. */
export interface ScriptPlace {
  readonly name: string;
  readonly line: number;
}

export function readManifest(text: string): PackageManifest {
  const value: unknown = parse(text);
  if (!isRecord(value)) return { scripts: {}, programs: [] };
  const { name, packageManager, scripts, main, module, bin } = value;
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof packageManager === 'string' ? { packageManager } : {}),
    scripts: Object.fromEntries(textEntries(scripts)),
    programs: [main, module, bin, ...textEntries(bin).map(([, file]) => file)].filter(
      (file) => typeof file === 'string',
    ),
  };
}

function textEntries(value: unknown): readonly (readonly [string, string])[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, each]) => (typeof each === 'string' ? [[key, each] as const] : []));
}

/** The scripts of a package.json in the order of the file; only those of the `scripts` at its top. */
export function scriptPlaces(text: string): readonly ScriptPlace[] {
  const tree = parseTree(text);
  const scripts = tree && findNodeAtLocation(tree, ['scripts']);
  return (scripts?.children ?? []).flatMap(({ children: [key] = [] }) =>
    typeof key?.value === 'string' ? [{ name: key.value, line: lineAt(text, key.offset) }] : [],
  );
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length - 1;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
