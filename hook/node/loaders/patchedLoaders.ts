/**
 * Node 20, which has no hooks in the thread. Its loaders read the text of modules in three ways that can be answered for, without a frame of
 * ours in the stacks of the modules and without a loader thread:
 * - `import` reads with the `readFile` that stands in `fs.promises` at that moment;
 * - `require` reads with the `fs.readFileSync` that stands there when the module's `load` is called;
 * - a CommonJS module that was imported holds its text where nobody can reach it, so its `_compile` is bound to another one.
 */
import fs from 'node:fs';
import Module from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { disguise, methodInPlaceOf, replaceValue } from '../positions/functionText.ts';
import type { LoadedModule } from './moduleTransformer.ts';
import type { LoaderParts } from './registeredHook.ts';

/** Loading a module looks up its methods `load` and `_compile`, in this order, and calls Node's own functions. */
export interface PatchedLoaders {
  /** For `ToolOptions`. */
  readonly compileOf: (module: object, compile: Function) => Function;
  start(parts: LoaderParts): void;
}

export function patchedLoaders(): PatchedLoaders {
  let pending: Prepared | undefined;
  return {
    compileOf(module, compile) {
      const own = pending?.module === module ? pending : undefined;
      pending = undefined;
      // Node did not read the file: it had it already.
      return own?.endAnswer() === true ? compile.bind(module, own.code, own.path, undefined) : compile;
    },
    start(parts) {
      patchImport(parts);
      patchLoad((module) => {
        pending = prepare(module, parts);
      });
    },
  };
}

interface Prepared {
  readonly module: object;
  readonly path: string;
  readonly code: string;
  /** Nobody reads the file any more; returns whether nobody did. */
  readonly endAnswer: () => boolean;
}

const { readFileSync } = fs;

/** The prototype's `load` is looked up for each module right before it is loaded; the function itself stays Node's. */
function patchLoad(before: (module: object) => void): void {
  let load: unknown = Reflect.get(Module.prototype, 'load');
  Object.defineProperty(Module.prototype, 'load', {
    configurable: true,
    enumerable: true,
    get(this: object) {
      if (this !== Module.prototype) before(this);
      return load;
    },
    set(this: object, value: unknown) {
      if (this === Module.prototype) load = value;
      else Object.defineProperty(this, 'load', { value, writable: true, configurable: true, enumerable: true });
    },
  });
}

function prepare(module: object, { transform, isApp, isCompiledByTool }: LoaderParts): Prepared | undefined {
  const path = pathOf(module);
  if (path === undefined || !isApp(path) || !isScript(path) || isCompiledByTool(path)) return undefined;
  const source = readText(path);
  const code = source === undefined ? undefined : transform({ path, format: formatOf(path), source });
  return code === undefined ? undefined : { module, path, code, endAnswer: answerNextRead(path, code) };
}

/** The next thing that Node reads is that file; whoever reads first ends this. */
function answerNextRead(path: string, code: string): () => boolean {
  const before = fs.readFileSync;
  let isOver = false;
  const end = (): boolean => {
    if (isOver) return false;
    isOver = true;
    replaceValue(fs, 'readFileSync', before);
    return true;
  };
  const standIn = methodInPlaceOf(before, {
    readFileSync(file: unknown, options: unknown, ...rest: readonly unknown[]): unknown {
      end();
      return file === path && options === 'utf8' ? code : Reflect.apply(before, fs, [file, options, ...rest]);
    },
  });
  replaceValue(fs, 'readFileSync', standIn);
  return end;
}

/** `id` is the path, but for the main module; `filename` is not set yet. */
function pathOf(module: object): string | undefined {
  const id: unknown = Reflect.get(module, 'id');
  if (typeof id === 'string' && id !== '.') return id;
  const cache: unknown = Reflect.get(Module, '_cache');
  return Object.entries(Object(cache)).find(([, value]) => value === module)?.[0];
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Node will tell.
    return undefined;
  }
}

const decoder = new TextDecoder();

/** A proxy, because it is an async function that Node's own inspection must take for what it was. */
function patchImport({ transform, isApp }: LoaderParts): void {
  const { readFile } = fs.promises;
  const own = new Proxy(readFile, {
    apply(target, self, values: unknown[]): unknown {
      const result: unknown = Reflect.apply(target, self, values);
      const [url] = values;
      if (values.length !== 1 || !(url instanceof URL) || !(result instanceof Promise) || !isAskedByLoader())
        return result;
      return result.then((bytes: unknown) => {
        const path = url.protocol === 'file:' ? fileURLToPath(url) : '';
        if (!(bytes instanceof Uint8Array) || !isApp(path) || !isScript(path)) return bytes;
        const source = decoder.decode(bytes);
        // Node reads it only to find out what it is: CommonJS comes through `require`.
        if (!path.endsWith('.mjs') && !isModule(path, source)) return bytes;
        const code = transform({ path, url: url.href, format: 'module', source });
        return code === undefined ? bytes : Buffer.from(code);
      });
    },
  });
  replaceValue(fs.promises, 'readFile', disguise(own, readFile));
}

/** Programs may call it with a URL alone, too. */
function isAskedByLoader(): boolean {
  const { stackTraceLimit } = Error;
  const prepareStackTrace: unknown = Reflect.get(Error, 'prepareStackTrace');
  const asked: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = 4;
    Reflect.set(Error, 'prepareStackTrace', (_error: unknown, sites: readonly NodeJS.CallSite[]) =>
      sites.some((site) => site.getFileName() === 'node:internal/modules/esm/load'),
    );
    Error.captureStackTrace(asked);
    return asked.stack === true;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Reflect.set(Error, 'prepareStackTrace', prepareStackTrace);
  }
}

function formatOf(path: string): LoadedModule['format'] {
  if (path.endsWith('.mjs')) return 'module';
  return path.endsWith('.cjs') ? 'commonjs' : undefined;
}

/** Node 20 decides so, too, but for modules whose only sign is a top-level await. */
function isModule(path: string, source: string): boolean {
  const type = packageType(dirname(path));
  if (type !== undefined) return type === 'module';
  return /^\s*(?:import|export)\b|\bimport\.meta\b/m.test(source);
}

const packageTypes = new Map<string, string | undefined>();

/** `type` in the nearest package.json. */
function packageType(folder: string): string | undefined {
  if (packageTypes.has(folder)) return packageTypes.get(folder);
  const text = readText(join(folder, 'package.json'));
  const parent = dirname(folder);
  const isEnd = text !== undefined || parent === folder || basename(folder) === 'node_modules';
  const type = isEnd ? /"type"\s*:\s*"(module|commonjs)"/.exec(text ?? '')?.[1] : packageType(parent);
  packageTypes.set(folder, type);
  return type;
}

/** Extensions whose handler is not the one for scripts. */
function isScript(path: string): boolean {
  return !/\.(?:json|node|wasm|[cm]?tsx?)$/.test(path);
}
