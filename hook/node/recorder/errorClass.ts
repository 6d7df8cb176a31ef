import { types } from 'node:util';

const { isNativeError } = types;
const { getPrototypeOf, getOwnPropertyDescriptor } = Object;
const longest = 80;
const names = new WeakMap<object, string>();

/**
 * Name of an error's class, or `typeof` of what is no error. Runs no code of the program: no getter, no proxy trap, no `toString`.
 */
export function errorClass(error: unknown): string {
  if (!isNativeError(error)) return error === null ? 'null' : typeof error;
  const prototype: unknown = getPrototypeOf(error);
  if (typeof prototype !== 'object' || prototype === null) return 'Error';
  const known = names.get(prototype);
  if (known !== undefined) return known;
  const name = constructorName(prototype);
  names.set(prototype, name);
  return name;
}

function constructorName(prototype: object): string {
  const maker: unknown = getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  if (typeof maker !== 'function') return 'Error';
  const name: unknown = getOwnPropertyDescriptor(maker, 'name')?.value;
  return typeof name === 'string' && name !== '' ? name.slice(0, longest) : 'Error';
}
