/**
 * Tools that compile while they load (ts-node, @swc-node, babel, pirates) put themselves into `require.extensions` or in place of
 * `Module.prototype._compile`. They must get what stands in the file; what they make of it is transformed on its way into Node's `_compile`.
 */
import Module from 'node:module';
import { methodInPlaceOf } from '../positions/functionText.ts';
import type { ModuleTransformer } from './moduleTransformer.ts';

export interface ToolOptions {
  readonly transform: ModuleTransformer;
  readonly isApp: (path: string) => boolean;
  /** Node 20: what to call for a module instead of Node's own function, which it is given. */
  readonly compileOf?: (module: object, compile: Function) => Function;
}

/**
 * Watches for such tools. While there are none, Node's own `_compile` is called directly: a wrapper would stand in every stack and push
 * the tenth frame out.
 * @returns whether a tool compiles that file
 */
export function watchToolCompilers({ transform, isApp, compileOf }: ToolOptions): (path: string) => boolean {
  const prototype: unknown = Module.prototype;
  const extensions = extensionsOf(Module);
  const builtIn = { ...extensions };
  const compile: unknown = Reflect.get(Object(prototype), '_compile');
  if (typeof compile !== 'function') return () => false;
  let current: unknown = compile;
  const isReplaced = (): boolean => current !== compile;
  const hasHandler = (path: string): boolean => {
    const extension = path.slice(path.lastIndexOf('.'));
    const handler = extension in extensions ? extension : '.js';
    return extensions[handler] !== builtIn[handler];
  };
  keepMethodName(prototype, compile);
  const wrapped = transformingCompile(compile, { transform, isApp });
  Object.defineProperty(prototype, '_compile', {
    configurable: true,
    enumerable: true,
    get(this: object) {
      if (isReplaced()) return current;
      // A tool that reads it from the prototype will call it with what it made.
      if (this === prototype || hasHandler(pathOf(this))) return wrapped;
      return compileOf?.(this, compile) ?? compile;
    },
    set(this: object, value: unknown) {
      if (this === prototype) current = value === wrapped ? compile : value;
      // One module's own, as pirates do.
      else define(this, '_compile', value);
    },
  });
  return (path) => isReplaced() || hasHandler(path);
}

function transformingCompile(compile: Function, { transform, isApp }: ToolOptions): Function {
  return methodInPlaceOf(compile, {
    _compile(this: unknown, content: unknown, path: unknown, ...rest: readonly unknown[]): unknown {
      const isOurs = typeof content === 'string' && typeof path === 'string' && isApp(path);
      const code = isOurs ? transform({ path, format: undefined, source: content, remake: content }) : undefined;
      return Reflect.apply(compile, this, [code ?? content, path, ...rest]);
    },
  });
}

/**
 * V8 finds the name that a method has in a stack by looking for the function among the enumerable properties of its receiver, and sees
 * no getters. So there is one more object in the chain that has it as a plain property.
 */
function keepMethodName(prototype: unknown, compile: Function): void {
  const holder: unknown = Object.create(Object.getPrototypeOf(prototype));
  define(Object(holder), '_compile', compile);
  Object.setPrototypeOf(Object(prototype), Object(holder));
}

function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, configurable: true, enumerable: true });
}

function extensionsOf(module: object): Readonly<Record<string, unknown>> {
  const extensions: unknown = Reflect.get(module, '_extensions');
  return isRecord(extensions) ? extensions : {};
}

function pathOf(module: unknown): string {
  const filename: unknown = Reflect.get(Object(module), 'filename');
  return typeof filename === 'string' ? filename : '';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
