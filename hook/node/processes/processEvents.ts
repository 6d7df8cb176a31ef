import type { HookContext } from '../contracts.ts';

type Listener = Parameters<HookContext['onProcessEvent']>[1];

/** Sees what happens to `process` without being a listener that the program could count, remove or depend on. */
export interface ProcessEvents {
  readonly on: HookContext['onProcessEvent'];
  /** The program must not hear that this worker of ours was started. */
  hide(worker: object): void;
}

/** The part of `process` that is watched. */
export interface Emitter {
  emit?: unknown;
  readonly _exiting?: unknown;
}

/**
 * Puts a method `emit` of its own before the one that `target` inherits. Programs may wrap or replace it like the inherited one.
 * `onFault` gets what a listener of ours throws.
 */
export function watchEvents(target: Emitter, onFault: (error: unknown) => void): ProcessEvents {
  const listeners = new Map<unknown, Listener[]>();
  const hidden = new WeakSet();
  const inherited = inheritedEmit(target);
  const { apply } = Reflect;
  const tell = (handled: boolean, [event, ...values]: readonly unknown[]): void => {
    for (const listener of listeners.get(event) ?? []) attempt(() => listener(handled, ...values), onFault);
  };
  // A method, because its name survives minifying and it is no constructor, like the original.
  const own = {
    emit(this: unknown, event: unknown, ...values: readonly unknown[]): unknown {
      const all = [event, ...values];
      if (event === 'worker' && hidden.has(Object(values[0]))) return false;
      if (this !== target || !listeners.has(event) || isMadeUp(target, event)) return apply(inherited(), this, all);
      // A listener that throws has handled the event in its way.
      let handled: unknown = true;
      try {
        handled = apply(inherited(), this, all);
      } finally {
        tell(handled === true, all);
      }
      return handled;
    },
  };
  Object.defineProperty(target, 'emit', {
    value: Reflect.get(own, 'emit'),
    writable: true,
    configurable: true,
    enumerable: false,
  });
  return {
    on: (event, listener) => void listeners.set(event, [...(listeners.get(event) ?? []), listener]),
    hide: (worker) => void hidden.add(worker),
  };
}

/** The method to call. Looked up each time, because `node:domain` replaces it later; a preload before us may have put its own there. */
function inheritedEmit(target: Emitter): () => Function {
  const before: unknown = Object.hasOwn(target, 'emit') ? target.emit : undefined;
  if (typeof before === 'function') return () => before;
  const prototype: unknown = Object.getPrototypeOf(target);
  return () => {
    const emit: unknown = Reflect.get(Object(prototype), 'emit');
    return typeof emit === 'function' ? emit : () => false;
  };
}

/** Programs emit `exit` by hand, in tests and in handlers of signals; Node says when it is true. */
function isMadeUp({ _exiting }: Emitter, event: unknown): boolean {
  return event === 'exit' && _exiting === false;
}

function attempt(run: () => void, onFault: (error: unknown) => void): void {
  try {
    run();
  } catch (error) {
    onFault(error);
  }
}
