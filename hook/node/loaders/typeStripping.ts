/** TypeScript files as Node runs them since 22: with the types blanked out, so that every position stays. */
import Module from 'node:module';

/** Blanks the types out; `undefined` where Node cannot, for example in a file with enums. Prints nothing. */
export function stripTypes(source: string): string | undefined {
  const strip: unknown = Reflect.get(Module, 'stripTypeScriptTypes');
  if (typeof strip !== 'function') return undefined;
  const quiet = silenceWarnings();
  try {
    const stripped: unknown = strip(source, { mode: 'strip' });
    return typeof stripped === 'string' && stripped.length === source.length ? stripped : undefined;
  } catch {
    // Node will say what is wrong with the file, in its own words.
    return undefined;
  } finally {
    quiet();
  }
}

/** With this flag Node rewrites the whole file and makes a map of its own; such files stay as they are. */
export function rewritesTypes(): boolean {
  return [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((flag) =>
    flag.includes('--experimental-transform-types'),
  );
}

/** The function warns of itself in some versions: not what the program asked for. Returns what ends the silence. */
function silenceWarnings(): () => void {
  const before = Object.getOwnPropertyDescriptor(process, 'emitWarning');
  // Not where the program has made an accessor of it, or fixed it.
  if (before === undefined || !('value' in before)) return () => undefined;
  Reflect.defineProperty(process, 'emitWarning', { ...before, value: () => undefined });
  return () => void Reflect.defineProperty(process, 'emitWarning', before);
}
