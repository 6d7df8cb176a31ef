/** Guards for answers that arrive from another process as `unknown`. */

export function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function stringsOf(value: unknown): string[] {
  return arrayOf(value).filter((item): item is string => typeof item === 'string');
}

/** @throws Error when the field is missing: the compiler speaks another version of the protocol. */
export function numberAt(value: unknown, key: string): number {
  const found = fieldOf(value, key);
  if (typeof found !== 'number') throw new Error(`the compiler's answer has no number "${key}"`);
  return found;
}
