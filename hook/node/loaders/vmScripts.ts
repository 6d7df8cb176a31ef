/**
 * Test runners (Vitest, Jest) read and compile modules themselves and run them through `node:vm`. Scripts that are named after a file of the
 * program are transformed on their way there; all others pass untouched.
 */
import vm from 'node:vm';
import { disguise, methodInPlaceOf, replaceValue } from '../positions/functionText.ts';
import type { Mapping } from '../positions/stackTraces.ts';
import { succeeds } from '../transform/succeeds.ts';
import { askedSourceMap } from './askedSourceMap.ts';
import type { ModuleTransformer } from './moduleTransformer.ts';
import { scriptText } from './scriptText.ts';
import { vmRealms, type VmRealms } from './vmRealms.ts';

export interface VmParts {
  readonly transform: ModuleTransformer;
  readonly isApp: (path: string) => boolean;
  readonly mapping: Mapping;
  readonly runtime: object;
  /** Whether V8 counts by now what runs. */
  readonly isCounting: () => boolean;
}

/** From now on. */
export function transformVmScripts(parts: VmParts): void {
  const script = scriptTransformer(parts);
  const realms = vmRealms(parts);
  patchRunners(script, realms);
  patchCompileFunction(script, realms);
  patchScript(script, realms);
  patchSourceTextModule(script, realms);
}

type Kind = 'script' | 'function' | 'module';
type ScriptTransformer = (code: unknown, options: unknown, kind: Kind) => ChangedScript | undefined;

interface ChangedScript {
  readonly text: string;
  /** It is not run: places stay where they are. */
  readonly drop: () => void;
}

/** Answers with what to run instead. Never throws. */
function scriptTransformer({ transform, isApp, isCounting, mapping }: VmParts): ScriptTransformer {
  return (code, options, kind) => {
    const named = nameIn(options, kind === 'module' ? 'identifier' : 'filename');
    if (typeof code !== 'string' || named === undefined || !isApp(named.path) || isCounting()) return undefined;
    const text = scriptText(code, { kind, options });
    if (text === undefined) return undefined;
    const { name, path } = named;
    const { format, inner, shift } = text;
    const script = { name, shift, sourceMap: askedSourceMap };
    const changed = transform({ path, format, source: inner, remake: inner, script });
    if (changed === undefined) return undefined;
    return { text: text.prefix + changed + text.suffix, drop: () => mapping.files.forget(name) };
  };
}

/** A file's name as an absolute path: programs name scripts as they like. */
function nameIn(options: unknown, key: string): { readonly name: string; readonly path: string } | undefined {
  const name: unknown = typeof options === 'string' ? options : valueIn(options, key);
  if (typeof name !== 'string') return undefined;
  const path = /^(?:[a-z]:)?[/\\][^?]*/i.exec(name)?.[0];
  return path === undefined ? undefined : { name, path };
}

function valueIn(options: unknown, key: string): unknown {
  return typeof options === 'object' && options !== null ? Reflect.get(options, key) : undefined;
}

const { apply, construct } = Reflect;

/** `runInThisContext` and the like: they compile and run at once. */
function patchRunners(script: ScriptTransformer, realms: VmRealms): void {
  const { Script, runInThisContext, runInContext } = vm;
  const changed = (code: unknown, options: unknown, isReady: () => boolean): unknown => {
    const made = script(code, options, 'script');
    if (made !== undefined && isReady() && succeeds(() => new Script(made.text))) return made.text;
    made?.drop();
    return code;
  };
  const own = {
    runInThisContext(code: unknown, options: unknown): unknown {
      return apply(runInThisContext, vm, [changed(code, options, () => true), options]);
    },
  };
  const ownInContext = {
    runInContext(code: unknown, context: unknown, options: unknown): unknown {
      const text = changed(code, options, () => realms.prepare(context));
      return apply(runInContext, vm, [text, context, options]);
    },
  };
  replaceValue(vm, 'runInThisContext', methodInPlaceOf(runInThisContext, own));
  replaceValue(vm, 'runInContext', methodInPlaceOf(runInContext, ownInContext));
}

function patchCompileFunction(script: ScriptTransformer, realms: VmRealms): void {
  const before: Function = vm.compileFunction;
  const own = {
    compileFunction(code: unknown, parameters: unknown, options: unknown): unknown {
      const made = readyScript(script(code, options, 'function'), valueIn(options, 'parsingContext'), realms);
      return either(made, code, (source) => apply(before, vm, [source, parameters, options]));
    },
  };
  replaceValue(vm, 'compileFunction', methodInPlaceOf(before, own));
}

/** The script, if it can run in that context. */
function readyScript(made: ChangedScript | undefined, context: unknown, realms: VmRealms): ChangedScript | undefined {
  if (made === undefined || context === undefined || realms.prepare(context)) return made;
  made.drop();
  return undefined;
}

/** Where a script will run is known when it runs. */
function patchScript(script: ScriptTransformer, realms: VmRealms): void {
  const changed = new WeakSet();
  // Not before there is one: our frame would stand in the stacks of all others.
  const patch = once(() => patchRunInContext((own) => changed.has(own), realms));
  replaceClass('Script', (target, [code, options, ...rest], newTarget) => {
    const made = script(code, options, 'script');
    let used: unknown;
    const result = either(made, code, (source) => {
      used = source;
      return construct(target, [source, options, ...rest], newTarget);
    });
    if (made !== undefined && used === made.text) {
      changed.add(Object(result));
      patch();
    }
    return Object(result);
  });
}

function patchRunInContext(isChanged: (script: object) => boolean, realms: VmRealms): void {
  const before: unknown = Reflect.get(vm.Script.prototype, 'runInContext');
  if (typeof before !== 'function') return;
  const own = {
    runInContext(this: unknown, ...values: readonly unknown[]): unknown {
      if (isChanged(Object(this))) realms.prepare(values[0]);
      return apply(before, this, values);
    },
  };
  replaceValue(vm.Script.prototype, 'runInContext', methodInPlaceOf(before, own));
}

function once(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) run();
    isDone = true;
  };
}

/** Exists with `--experimental-vm-modules` only. */
function patchSourceTextModule(script: ScriptTransformer, realms: VmRealms): void {
  if (!('SourceTextModule' in vm)) return;
  replaceClass('SourceTextModule', (target, [code, options, ...rest], newTarget) => {
    const made = readyScript(script(code, options, 'module'), valueIn(options, 'context'), realms);
    const result = either(made, code, (source) => construct(target, [source, options, ...rest], newTarget));
    return Object(result);
  });
}

type Constructor = (target: Function, values: readonly unknown[], newTarget: Function) => object;

function replaceClass(name: 'Script' | 'SourceTextModule', make: Constructor): void {
  const before: unknown = Reflect.get(vm, name);
  if (typeof before !== 'function') return;
  const own = new Proxy(before, { construct: (target, values, newTarget) => make(target, values, newTarget) });
  // The prototype's `constructor` stays: from it V8 takes the name `Script` in stacks.
  replaceValue(vm, name, disguise(own, before));
}

/** With the changed text if that compiles: what is wrong is said of the original. */
function either(made: ChangedScript | undefined, original: unknown, compile: (source: unknown) => unknown): unknown {
  if (made === undefined) return compile(original);
  try {
    return compile(made.text);
  } catch {
    made.drop();
    return compile(original);
  }
}
