/** Parsing before the transform, and the check behind it. */
import { compileFunction } from 'node:vm';
import { parse, type Program } from 'acorn';
import type { TransformOptions } from '../contracts.ts';

type Format = TransformOptions['format'];

/** Throws what the parser throws, or a `RangeError` when the source is nested too deeply for the stack. */
export function parseModule(source: string, format: Format): Program {
  return parse(source, { ecmaVersion: 'latest', sourceType: format, allowHashBang: true });
}

/** Whether the changed text can be compiled. */
export function isValid(code: string, format: Format): boolean {
  try {
    if (format === 'commonjs') compileFunction(code, MODULE_PARAMETERS);
    else parseModule(code, format);
    return true;
  } catch {
    // The original is used instead.
    return false;
  }
}

/** What Node puts around CommonJS modules. */
const MODULE_PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];
