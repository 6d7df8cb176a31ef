/** Compiler settings that Rubato makes itself, the same for both engines. */
import type { FilePath } from '../../../finding.ts';

/** Options of files without a tsconfig: the newest language, plain JavaScript included, all types of the folders above. */
export function looseSettings(
  root: FilePath,
  files: readonly FilePath[],
): { compilerOptions: Record<string, unknown>; files: readonly FilePath[] } {
  return {
    compilerOptions: {
      allowJs: true,
      noEmit: true,
      strict: true,
      target: 'esnext',
      module: 'esnext',
      moduleResolution: 'bundler',
      jsx: 'preserve',
      types: ['*'],
      typeRoots: typeRootsAbove(`${root}/tsconfig.json`),
      allowImportingTsExtensions: true,
      maxNodeModuleJsDepth: 0,
      skipLibCheck: true,
    },
    files,
  };
}

/** `node_modules/@types` of the file's folder and of every folder above it, nearest first. */
export function typeRootsAbove(file: FilePath): FilePath[] {
  const roots: FilePath[] = [];
  for (let at = file.lastIndexOf('/'); at > 0; at = file.lastIndexOf('/', at - 1)) {
    roots.push(`${file.slice(0, at)}/node_modules/@types`);
  }
  return roots;
}
