/** What the name of a file tells. */
export type SourceKind =
  /** JavaScript or TypeScript: judged. */
  | 'code'
  /** `.d.ts` and the like: types only, nothing runs there. */
  | 'declarations'
  /** Holds scripts in another language's file: not read yet. */
  | 'embedded'
  | 'other';

export function sourceKind(file: string): SourceKind {
  if (/\.d(\.[^./]+)?\.[cm]?ts$/.test(file)) return 'declarations';
  if (/\.(?:[cm]?[jt]s|[jt]sx)$/.test(file)) return 'code';
  return /\.(?:vue|svelte|astro)$/.test(file) ? 'embedded' : 'other';
}

const ignoredFolders = new Set([
  'node_modules',
  'bower_components',
  'jspm_packages',
  'dist',
  'build',
  'coverage',
  '.git',
  '.hg',
  '.svn',
  '.yarn',
  '.next',
  '.nuxt',
  '.svelte-kit',
  '.turbo',
]);

/** Folders that hold what tools make, and what others wrote. Left out unless somebody names them. */
export function isIgnoredFolder(name: string): boolean {
  return ignoredFolders.has(name);
}
