import { build, type Metafile } from 'esbuild';
import type { Bundle } from './bundles.ts';

/** Programs of a bundle that become text inside it. */
export interface InlinedPrograms {
  /** For esbuild's `define`: the constants by name, as source text. */
  readonly define: Record<string, string>;
  readonly inputs: Metafile['inputs'];
}

export async function inlinedPrograms(
  { options, inlined = {} }: Bundle,
  { minify }: { readonly minify: boolean },
): Promise<InlinedPrograms> {
  const programs = await Promise.all(
    Object.entries(inlined).map(async ([name, entry]) => {
      const { outputFiles, metafile } = await build({
        ...options,
        entryPoints: [entry],
        bundle: true,
        minify,
        write: false,
        metafile: true,
        logLevel: 'warning',
      });
      return { name, text: outputFiles.map(({ text }) => text).join('\n'), inputs: metafile.inputs };
    }),
  );
  return {
    define: Object.fromEntries(programs.map(({ name, text }) => [name, JSON.stringify(text)])),
    inputs: Object.assign({}, ...programs.map(({ inputs }) => inputs)),
  };
}
