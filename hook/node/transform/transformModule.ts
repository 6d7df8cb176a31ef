/** Adds the calls of `TaskRuntime` to a module, unless there is nothing to add or doubt. */
import type { TransformModule } from '../contracts.ts';
import { rewriteModule } from './rewriteModule.ts';
import { isValid } from './syntax.ts';
import { isWorthParsing } from './worthParsing.ts';

export const transformModule: TransformModule = (source, options) => {
  try {
    if (!isWorthParsing(source)) return undefined;
    const changed = rewriteModule(source, options);
    if (changed === undefined || !isValid(changed, options.format)) return undefined;
    const { code, spans, sites } = changed;
    return { code, spans, sites };
  } catch {
    // It does not parse, or it is nested too deeply for the stack: Node will say so if it is wrong.
    return undefined;
  }
};
