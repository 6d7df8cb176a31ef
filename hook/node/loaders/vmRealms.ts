/** The realms in which transformed scripts run: each needs the runtime, and its own functions must show the text that was written. */
import { runInContext } from 'node:vm';
import { keepFunctionText } from '../positions/functionText.ts';
import { keepStacksMapped, type Mapping } from '../positions/stackTraces.ts';

export interface VmRealms {
  /** To be called before such a script runs in that context; whether it can. Never throws. */
  prepare(context: unknown): boolean;
}

interface Realm {
  readonly global: object;
  readonly error: Function;
}

export function vmRealms({ runtime, mapping }: { readonly runtime: object; readonly mapping: Mapping }): VmRealms {
  const realms = new WeakMap<object, Realm>();
  const enter = (context: object): Realm => {
    const [global, error, functions]: readonly unknown[] = runInContext('[globalThis, Error, Function]', context);
    if (typeof error !== 'function' || typeof functions !== 'function') throw new TypeError('no realm');
    const realm = { global: Object(global), error };
    keepFunctionText(functions);
    realms.set(context, realm);
    return realm;
  };
  return {
    prepare(context) {
      if (typeof context !== 'object' || context === null) return false;
      try {
        const { global, error } = realms.get(context) ?? enter(context);
        // Jest hands its globals on to its realms, ours among them.
        if (Reflect.get(global, '__rubato') !== runtime)
          Object.defineProperty(global, '__rubato', { value: runtime, configurable: true });
        // Runners put theirs there when their realm is set up.
        keepStacksMapped(error, mapping);
        return Reflect.get(global, '__rubato') === runtime;
      } catch {
        return false;
      }
    },
  };
}
