import { parse, parseExpressionAt } from 'acorn';
import type { TransformModule } from './contracts.ts';
import { transformModule } from './transform/transformModule.ts';

/** What needs the parser, which is three quarters of the hook. */
export interface Parsing {
  readonly transformModule: TransformModule;
  readonly parse: typeof parse;
  readonly parseExpressionAt: typeof parseExpressionAt;
}

/** A program of its own (dist/hook-parsing.cjs), loaded by `loadParsing` when a module must be parsed: none must where all was transformed before. */
export const parsing: Parsing = { transformModule, parse, parseExpressionAt };
