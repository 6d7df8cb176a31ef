/** Reads fields of parsed JSON that may hold anything. Only named fields are looked at, so `__proto__` and the like are just names. */

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text there, cut at `max` UTF-16 units; `undefined` for anything else. */
export function textOf(fields: Fields, name: string, max = 256): string | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'string' ? value.slice(0, max) : undefined;
}

/** The finite number there, not negative; `undefined` for anything else. */
export function amountOf(fields: Fields, name: string): number | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

/** The same, or 0. */
export function countOf(fields: Fields, name: string): number {
  return amountOf(fields, name) ?? 0;
}

/** The list there, its first `max` elements that are objects; empty for anything else. */
export function listOf(fields: Fields, name: string, max: number): readonly Fields[] {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return Array.isArray(value) ? value.slice(0, max).filter(isFields) : [];
}

/** The first `max` texts of the list there, each cut at 128 UTF-16 units; empty for anything else. */
export function textsOf(fields: Fields, name: string, max: number): readonly string[] {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!Array.isArray(value)) return [];
  return value.slice(0, max).flatMap((each) => (typeof each === 'string' ? each.slice(0, 128) : []));
}

/** The one of these texts that stands there. */
export function choiceOf<T extends string>(fields: Fields, name: string, choices: readonly T[]): T | undefined {
  const text = textOf(fields, name);
  return choices.find((each) => each === text);
}
