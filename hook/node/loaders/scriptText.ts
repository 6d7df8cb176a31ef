/** Text for `node:vm`, taken apart into the module that it holds and the function that a runner put around it. */

export interface ScriptText {
  readonly format: 'module' | 'commonjs';
  readonly prefix: string;
  /** The module's text, which begins on the script's first line. */
  readonly inner: string;
  readonly suffix: string;
  /** Column in stacks of the first character of `inner`, from 0. */
  readonly shift: number;
}

export interface ScriptKind {
  readonly kind: 'script' | 'function' | 'module';
  /** As `node:vm` was given them. */
  readonly options: unknown;
}

/** `undefined` for text whose places would not be found again, or whose compiled form comes from a cache. */
export function scriptText(code: string, { kind, options }: ScriptKind): ScriptText | undefined {
  const {
    lineOffset = 0,
    columnOffset = 0,
    cachedData,
    produceCachedData,
  }: Record<string, unknown> = {
    ...Object(options),
  };
  if (lineOffset !== 0 || typeof columnOffset !== 'number' || cachedData !== undefined || produceCachedData === true)
    return undefined;
  const wrapped = kind === 'script' ? wrappedText(code) : undefined;
  if (wrapped !== undefined) return { ...wrapped, shift: wrapped.prefix.length + columnOffset };
  const format = kind === 'module' ? 'module' : 'commonjs';
  return { format, prefix: '', inner: code, suffix: '', shift: columnOffset };
}

/** On the first line: `'use strict';async (names)=>{{`, `(function (names) {`, `({"Object.<anonymous>":function(names){`. */
const opening =
  /^(?:'use strict';|"use strict";)? *\(?(?:\{"[^"\n]*": *)?(async *)?(?:function *[\w$]* *\([\w$, ]*\)|\([\w$, ]*\) *=>) *(\{+)/;

function wrappedText(code: string): Omit<ScriptText, 'shift'> | undefined {
  const [prefix, isAsync, braces] = opening.exec(code) ?? [];
  if (prefix === undefined || braces === undefined) return undefined;
  const end = code.lastIndexOf(`\n${'}'.repeat(braces.length)}`);
  const suffix = code.slice(end);
  if (end < prefix.length || !/^\n\}+[)}; \t\r\n]*$/.test(suffix)) return undefined;
  return { format: isAsync ? 'module' : 'commonjs', prefix, inner: code.slice(prefix.length, end), suffix };
}
