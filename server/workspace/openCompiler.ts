/** Finds and starts a compiler for the analysis: TypeScript 7's native one where it is installed, ts-morph otherwise. */
import type { Compiler, EngineName, SourceHost } from '#analysis/frontends/typescript/engine.ts';
import { UserError } from './userError.ts';
import { sourceHost } from './sourceHost.ts';

export interface OpenCompilerOptions {
  readonly engine: 'auto' | EngineName;
  /** One line about what was chosen and why, for the log. */
  log(line: string): void;
  /** Absolute paths that must not be opened: special, huge or binary files that a tsconfig may name. */
  readonly hidden?: ReadonlySet<string>;
  /** Set when buffers will be handed over by `update`: file reads then pass through this process, which costs time. */
  readonly hasBuffers?: boolean;
  /** Folder of an installed `typescript` 7 package, from a setting that only trusted people can make; searched first. */
  readonly typescriptPath?: string;
}

/**
 * @throws UserError when `native` is demanded and cannot be had: what is missing and how to get it
 */
export async function openCompiler(options: OpenCompilerOptions): Promise<Compiler> {
  if (options.engine !== 'embedded') {
    const found = await openNative(options);
    if ('compiler' in found) return found.compiler;
    if (options.engine === 'native')
      throw new UserError(
        `the native engine is not available: ${found.reason}; install typescript@7 beside rubato or use --engine embedded`,
      );
    options.log(`native engine not used: ${found.reason}`);
  }
  const { embeddedEngine } = await import('#analysis/frontends/typescript/engines/embedded.ts');
  const compiler = embeddedEngine(hostOf(options));
  options.log(`embedded engine, TypeScript ${compiler.version}`);
  return compiler;
}

type Found = { readonly compiler: Compiler } | { readonly reason: string };

async function openNative(options: OpenCompilerOptions): Promise<Found> {
  const { startNative } = await import('./nativeCompiler.ts');
  try {
    const compiler = await startNative(options);
    options.log(`native engine, TypeScript ${compiler.version}`);
    return { compiler };
  } catch (error) {
    // Whatever goes wrong with an optional engine, the other one still works; the reason is logged or thrown by the caller.
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

function hostOf({ hidden }: OpenCompilerOptions): SourceHost {
  return sourceHost(hidden ?? new Set());
}
