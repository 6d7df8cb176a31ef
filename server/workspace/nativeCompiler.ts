/**
 * Starts TypeScript 7's compiler through its API package. The package is looked for beside Rubato itself, or where a trusted
 * setting says, never in the workspace: opening a folder must not run its code.
 */
import fs from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { nativeEngine, type NativeClient } from '#analysis/frontends/typescript/engines/native.ts';
import type { NativeFlags } from '#analysis/frontends/typescript/engines/nativeTypes.ts';
import type { Compiler } from '#analysis/frontends/typescript/engine.ts';
import type { OpenCompilerOptions } from './openCompiler.ts';

/** Entry points by version: 7.0 calls them unstable, 7.1 does not. */
const ENTRIES = [
  { api: 'typescript/unstable/sync', syntax: 'typescript/unstable/ast' },
  { api: 'typescript/sync', syntax: 'typescript/ast' },
] as const;

/** @throws Error with the reason in words when there is no package, it does not fit, or it fails its self-test */
export async function startNative(options: OpenCompilerOptions): Promise<Compiler> {
  const require = createRequire(
    options.typescriptPath === undefined ? import.meta.url : pathToFileURL(`${options.typescriptPath}/x.js`),
  );
  const version = await versionOf(require);
  const { api, syntax } = await loadApi(require);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rubato-'));
  const overlay = new Map<string, string>();
  const session = startSession(api, { overlay, options });
  const compiler = nativeEngine({
    version,
    client: session.client,
    decode: (bytes) => decoder.decode(bytes),
    syntaxKind: recordOf(fieldOf(syntax, 'SyntaxKind'), 'SyntaxKind'),
    flags: flagsOf(api),
    overlay,
    writeConfig: (settings) => writeConfig(folder, settings),
    close() {
      session.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  });
  try {
    await selfTest(compiler, folder);
    return compiler;
  } catch (error) {
    compiler.dispose();
    throw error;
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

async function versionOf(require: NodeJS.Require): Promise<string> {
  const manifest = resolveOrNothing(require, 'typescript/package.json');
  if (manifest === undefined) throw new Error('typescript 7 is not installed');
  const version: unknown = fieldOf(JSON.parse(await readFile(manifest, 'utf8')), 'version');
  if (typeof version !== 'string' || Number.parseInt(version, 10) !== 7)
    throw new Error(`typescript ${String(version)} has no native API`);
  return version;
}

async function loadApi(require: NodeJS.Require): Promise<{ api: unknown; syntax: unknown }> {
  for (const entry of ENTRIES) {
    const api = resolveOrNothing(require, entry.api);
    const syntax = resolveOrNothing(require, entry.syntax);
    if (api !== undefined && syntax !== undefined) {
      return { api: await import(pathToFileURL(api).href), syntax: await import(pathToFileURL(syntax).href) };
    }
  }
  throw new Error('this version of typescript has no API entry point that Rubato knows');
}

function resolveOrNothing(require: NodeJS.Require, specifier: string): string | undefined {
  try {
    return require.resolve(specifier);
  } catch {
    // Not there: the caller tries the next name and says so in the end.
    return undefined;
  }
}

interface NativeSession {
  readonly client: NativeClient;
  close(): void;
}

function startSession(
  api: unknown,
  { overlay, options }: { overlay: Map<string, string>; options: OpenCompilerOptions },
): NativeSession {
  const construct = fieldOf(api, 'API');
  if (typeof construct !== 'function') throw new Error('the API has no class API');
  const hidden = options.hidden ?? new Set();
  const isPlain = options.hasBuffers !== true && hidden.size === 0;
  const textOf = (file: string): string | null | undefined =>
    overlay.get(file) ?? (hidden.has(file) ? null : undefined);
  const settings = { cwd: process.cwd(), ...(isPlain ? {} : { fs: { readFile: textOf } }) };
  const session = withLazyCollector(options, (): unknown => Reflect.construct(construct, [settings]));
  const client = fieldOf(session, 'client');
  if (!isClient(client)) throw new Error('the API client has no request methods');
  return {
    client,
    close() {
      killQuietly(client);
      functionAt(session, 'close')();
    },
  };
}

/**
 * A run that ends soon is better off with a garbage collector that runs less often: a tenth less CPU for a few percent more memory,
 * measured on half a million lines. The variable is the Go runtime's; the compiler inherits it when it is started.
 */
function withLazyCollector<T>({ hasBuffers }: OpenCompilerOptions, start: () => T): T {
  if (hasBuffers === true || process.env['GOGC'] !== undefined) return start();
  process.env['GOGC'] = '150';
  try {
    return start();
  } finally {
    delete process.env['GOGC'];
  }
}

/** Asked to end, the compiler sometimes says "context canceled" on our stderr; nothing of it is worth saving. */
function killQuietly(client: NativeClient): void {
  const child = fieldOf(fieldOf(client, 'channel'), 'child');
  if (child !== undefined) functionAt(child, 'kill')('SIGKILL');
}

function isClient(value: unknown): value is NativeClient {
  return typeof fieldOf(value, 'apiRequest') === 'function' && typeof fieldOf(value, 'apiRequestBinary') === 'function';
}

function flagsOf(api: unknown): NativeFlags {
  const flag = (group: string, name: string): number =>
    numberOf(recordOf(fieldOf(api, group), group)[name], `${group}.${name}`);
  return {
    type: {
      Any: flag('TypeFlags', 'Any'),
      Unknown: flag('TypeFlags', 'Unknown'),
      Void: flag('TypeFlags', 'Void'),
      Undefined: flag('TypeFlags', 'Undefined'),
      Never: flag('TypeFlags', 'Never'),
      Union: flag('TypeFlags', 'Union'),
      Intersection: flag('TypeFlags', 'Intersection'),
      Object: flag('TypeFlags', 'Object'),
    },
    instantiable: flag('TypeFlags', 'Instantiable'),
    object: {
      ClassOrInterface: flag('ObjectFlags', 'ClassOrInterface'),
      Reference: flag('ObjectFlags', 'Reference'),
      Tuple: flag('ObjectFlags', 'Tuple'),
    },
    symbol: { Alias: flag('SymbolFlags', 'Alias') },
  };
}

let written = 0;

function writeConfig(folder: string, settings: object): string {
  const file = path.join(folder, `tsconfig.${++written}.json`).replaceAll('\\', '/');
  fs.writeFileSync(file, JSON.stringify(settings));
  return file;
}

/** One known snippet without libraries, so that it costs milliseconds. @throws Error when an answer is not the known one */
async function selfTest(compiler: Compiler, folder: string): Promise<void> {
  const file = path.join(folder, 'selfTest.ts').replaceAll('\\', '/');
  await writeFile(
    file,
    'interface Promise<T> { then(f: (value: T) => void): void }\ndeclare function save(): Promise<1>;\nsave();\n',
  );
  const config = path.join(folder, 'tsconfig.json').replaceAll('\\', '/');
  await writeFile(config, JSON.stringify({ compilerOptions: { noLib: true, types: [] }, files: [file] }));
  const project = compiler.openProject({ kind: 'tsconfig', path: config });
  try {
    const tree = project.tree(file);
    const statement = tree?.elements(tree.child(1, 'statements')).at(-1) ?? 0;
    const call = tree?.child(statement, 'expression') ?? 0;
    const callee = tree?.child(call, 'expression') ?? 0;
    const [value] = project.valueKinds(file, [call]);
    const [symbol] = project.symbols(file, [callee]);
    if (tree?.textOf(call) !== 'save()' || value !== 'promise' || symbol?.name !== 'save')
      throw new Error('it failed its self-test');
  } finally {
    project.dispose();
  }
}

function fieldOf(value: unknown, key: string): unknown {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
    ? Reflect.get(value, key)
    : undefined;
}

function functionAt(value: unknown, key: string): (...args: unknown[]) => unknown {
  const found = fieldOf(value, key);
  if (typeof found !== 'function') throw new Error(`the API has no method ${key}`);
  return (...args) => Reflect.apply(found, value, args) as unknown;
}

function recordOf(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new Error(`the API has no ${name}`);
  return { ...value };
}

function numberOf(value: unknown, name: string): number {
  if (typeof value !== 'number') throw new Error(`the API has no ${name}`);
  return value;
}
