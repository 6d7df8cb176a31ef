/** Node 22.15 and later: one hook in the thread itself, for `require` and `import`. */
import Module from 'node:module';
import { fileURLToPath } from 'node:url';
import { methodInPlaceOf, replaceValue } from '../positions/functionText.ts';
import type { LoadedModule, ModuleTransformer } from './moduleTransformer.ts';
import { rewritesTypes, stripTypes } from './typeStripping.ts';

export interface LoaderParts {
  readonly transform: ModuleTransformer;
  readonly isApp: (path: string) => boolean;
  /** Whether something else will compile this CommonJS file before Node does. */
  readonly isCompiledByTool: (path: string) => boolean;
}

export function registerLoadHook(parts: LoaderParts): void {
  let hasOthers = false;
  const replace = replacer(parts, (path) => hasOthers || /\.(?:[cm]?ts|[jt]sx)$/.test(path));
  const { registerHooks } = Module;
  const register = (): { deregister: () => void } =>
    registerHooks({
      load(url, context, nextLoad) {
        const loaded = nextLoad(url, context);
        return replace(url, loaded) ?? loaded;
      },
    });
  let own = register();
  staysOutermost(() => {
    hasOthers = true;
    own.deregister();
    own = register();
  });
}

/**
 * The hook that was registered last is asked first and sees what the others made. Tools that compile (tsx) register theirs after us, so ours
 * is registered anew behind each: it must see JavaScript.
 */
function staysOutermost(renew: () => void): void {
  const before: Function = Module.registerHooks;
  const standIn = methodInPlaceOf(before, {
    registerHooks(...values: readonly unknown[]): unknown {
      const registered: unknown = Reflect.apply(before, Module, values);
      renew();
      return registered;
    },
  });
  replaceValue(Module, 'registerHooks', standIn);
}

type Loaded = Module.LoadFnOutput;

/** @param isMade whether the text may be another than that in the file */
function replacer(
  parts: LoaderParts,
  isMade: (path: string) => boolean,
): (url: string, loaded: Loaded) => Loaded | undefined {
  const forTypes = typesReplacer(parts);
  return (url, loaded) => {
    if (!url.startsWith('file:') || loaded.source === null || loaded.source === undefined) return undefined;
    const path = pathOf(url);
    if (path === undefined || !parts.isApp(path)) return undefined;
    const { format } = loaded;
    if (isTyped(format)) return forTypes(path, url, loaded);
    const isKnown = format === 'module' || format === 'commonjs';
    // Old versions leave the format of some required files open.
    if ((!isKnown && format !== undefined && format !== null) || (format !== 'module' && parts.isCompiledByTool(path)))
      return undefined;
    if (!isKnown && !isScript(path)) return undefined;
    const text = textOf(loaded.source);
    const module: LoadedModule = { path, url, format: isKnown ? format : undefined, source: text };
    const source = parts.transform(isMade(path) ? { ...module, remake: text } : module);
    return source === undefined ? undefined : { ...loaded, source };
  };
}

/** `typescript`: in a package that names no type, where Node finds out by compiling. */
function isTyped(format: Loaded['format']): boolean {
  return format === 'module-typescript' || format === 'commonjs-typescript' || format === 'typescript';
}

/**
 * The first such file goes on as TypeScript, for Node to strip it once more: then the warning about that comes from Node, or not, as it does
 * without us.
 */
function typesReplacer({
  transform,
  isCompiledByTool,
}: LoaderParts): (path: string, url: string, loaded: Loaded) => Loaded | undefined {
  let isFirst = true;
  return (path, url, loaded) => {
    const format = formatsOfTypes[loaded.format ?? ''];
    if (rewritesTypes() || (format !== 'module' && isCompiledByTool(path))) return undefined;
    const authored = textOf(loaded.source ?? '');
    const stripped = stripTypes(authored);
    if (stripped === undefined) return undefined;
    const source = transform({
      path,
      url,
      format,
      source: stripped,
      authored,
      remake: (text) => stripTypes(text) ?? text,
    });
    if (source === undefined) return undefined;
    const keepsFormat = isFirst;
    isFirst = false;
    return keepsFormat || format === undefined ? { ...loaded, source } : { ...loaded, format, source };
  };
}

/** Absent: it is for Node to find out. */
const formatsOfTypes: Readonly<Record<string, 'module' | 'commonjs' | undefined>> = {
  'module-typescript': 'module',
  'commonjs-typescript': 'commonjs',
};

/** Node decodes so, too: a byte order mark goes. */
const decoder = new TextDecoder();

function textOf(source: NonNullable<Loaded['source']>): string {
  return typeof source === 'string' ? source : decoder.decode(source);
}

const hasPlainPaths = process.platform !== 'win32';

function pathOf(url: string): string | undefined {
  // Most are: taking a URL apart costs as much as everything else here.
  if (hasPlainPaths && url.startsWith('file:///') && !/[%?#]/.test(url)) return url.slice('file://'.length);
  try {
    return fileURLToPath(url);
  } catch {
    // A URL of another machine: Node will refuse it.
    return undefined;
  }
}

/** Extensions whose handler is not the one for scripts. */
function isScript(path: string): boolean {
  return !/\.(?:json|node|wasm|[cm]?tsx?)$/.test(path);
}
