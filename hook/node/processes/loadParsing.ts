import { readFileSync } from 'node:fs';
import { compileFunction } from 'node:vm';
import type { TransformModule } from '../contracts.ts';
import type { Parsing } from '../parsing.ts';
import { isWorthParsing } from '../transform/worthParsing.ts';
import { ownProgram } from './ownPrograms.ts';

let loaded: Parsing | undefined;

/** The parser and what needs it, from a file of its own that is read at the first call. Throws when the file is missing or broken. */
export function loadParsing(): Parsing {
  loaded ??= load(ownProgram('hook-parsing'));
  return loaded;
}

/** The transform, loaded with the first module that is worth it. */
export const lazyTransform: TransformModule = (source, options) =>
  isWorthParsing(source) ? loadParsing().transformModule(source, options) : undefined;

/** Not through `require`, which passes loaders, ours among them, and leaves traces that a program can see. */
function load(filename: string): Parsing {
  const exports: unknown = {};
  const module = { exports };
  const run = compileFunction(readFileSync(filename, 'utf8'), ['exports', 'module', 'require'], { filename });
  Reflect.apply(run, undefined, [exports, module, require]);
  if (!hasParsing(module.exports)) throw new Error('The parser is missing.');
  return module.exports.parsing;
}

function hasParsing(value: unknown): value is { readonly parsing: Parsing } {
  return typeof value === 'object' && value !== null && 'parsing' in value;
}
