/** `Function.prototype.toString` gives the text that the author wrote. */
import { insertionMark, originalText } from '#protocol/insertions.ts';

const nativeToString: Function = Reflect.get(Function.prototype, 'toString');
const { apply } = Reflect;
/** Functions of ours that stand in for built-in ones, with the text of these. */
const standIns = new WeakMap<object, string>();

/** From now on the stand-in's text is that of the built-in function. Returns the stand-in. */
export function disguise<T extends Function>(standIn: T, builtIn: Function): T {
  standIns.set(standIn, textOf(builtIn));
  return standIn;
}

/**
 * The only method of an object as a stand-in for a built-in function. A method, because it is no constructor and keeps its name in the bundle;
 * it takes the other's name and length.
 */
export function methodInPlaceOf(builtIn: Function, own: object): Function {
  const method: unknown = Reflect.get(own, Object.keys(own)[0] ?? '');
  if (typeof method !== 'function') throw new TypeError('no method');
  for (const key of ['name', 'length'] as const) {
    Object.defineProperty(method, key, { value: builtIn[key], configurable: true });
  }
  return disguise(method, builtIn);
}

/**
 * Replaces `Function.prototype.toString` in a realm. Programs that ship functions by text (to workers, `vm`) ship what was written.
 * @param realm its `Function`
 */
export function keepFunctionText(realm: Function = Function): void {
  const prototype: object = Object(realm.prototype);
  const native: unknown = Reflect.get(prototype, 'toString');
  if (typeof native !== 'function') return;
  const standIn = methodInPlaceOf(native, {
    toString(this: unknown): string {
      if (typeof this !== 'function') return refused(native, this);
      const known = standIns.get(this);
      if (known !== undefined) return known;
      const text = textOf(this);
      return text.includes(insertionMark) ? originalText(text) : text;
    },
  });
  if (realm !== Function) Object.setPrototypeOf(standIn, prototype);
  replaceValue(prototype, 'toString', standIn);
}

/** `toString` and `refused`. */
const ownFrames = 2;

/** Throws what the built-in throws, with so many frames more: ours are left out of the stack later. */
function refused(native: Function, value: unknown): string {
  const { stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = stackTraceLimit + ownFrames;
    return String(apply(native, value, []));
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function textOf(value: unknown): string {
  const text: unknown = apply(nativeToString, value, []);
  return typeof text === 'string' ? text : '';
}

/**
 * Puts a value where another stood, all attributes of the property kept. Not where the program has made an accessor of it, as VS Code's extension
 * host does with `Error.prepareStackTrace`, or fixed it: it decides there. Throws nothing.
 */
export function replaceValue(target: object, key: string, value: unknown): void {
  const before = Object.getOwnPropertyDescriptor(target, key);
  if (before === undefined || 'value' in before) Reflect.defineProperty(target, key, { ...before, value });
}
