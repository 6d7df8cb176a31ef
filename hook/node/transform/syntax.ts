/** Parsing before the transform, and the check behind it. */
import { compileFunction, Script } from 'node:vm';
import { parse, type Program } from 'acorn';
import type { TransformOptions } from '../contracts.ts';
import type { AppliedEdits } from './edits.ts';
import { asFunction } from './moduleSyntax.ts';
import { succeeds } from './succeeds.ts';

type Format = TransformOptions['format'];

/** Throws what the parser throws, or a `RangeError` when the source is nested too deeply for the stack. */
export function parseModule(source: string, format: Format): Program {
  return parse(source, { ecmaVersion: 'latest', sourceType: format, allowHashBang: true });
}

/** Whether the changed text can be compiled. The engine says so several times faster than the parser. */
export function isValid({ code, checked }: Pick<AppliedEdits, 'code' | 'checked'>, format: Format): boolean {
  if (format === 'commonjs') return succeeds(() => compileFunction(code, MODULE_PARAMETERS));
  // The masked text is not quite the module: `<!--` is a comment in it, for example. So a refusal is not the last word.
  return succeeds(() => new Script(asFunction(checked))) || succeeds(() => parseModule(code, format));
}

/** What Node puts around CommonJS modules. */
const MODULE_PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];
