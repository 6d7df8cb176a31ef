import type { FilePath } from '#analysis/finding.ts';
import { ignoreVerdict } from './configuration.ts';
import type { Configurations } from './configurationFiles.ts';
import { pathPatterns, type PathPatterns, type Verdict } from './pathPatterns.ts';
import { isWithin, nameOf, parentOf, relativePath, toFilePath, upward } from './paths.ts';
import { readSmallFile } from './readSmallFile.ts';
import { remember } from './remember.ts';
import { isRepositoryRoot } from './repository.ts';
import { isIgnoredFolder } from './sourceKinds.ts';

/** Why a path is left out: what the configuration says always counts, the others only while nobody names the path. */
export type IgnoreReason = 'configuration' | 'gitignore' | 'default';

/** The ignore rules that hold inside one folder. */
export interface IgnoreScope {
  /** Whether an entry of this folder itself is left out, and why. Folders above are not judged again. */
  reason(entry: FilePath, kind: 'file' | 'folder'): IgnoreReason | undefined;
}

/** Scopes of folders, each made once. `.gitignore` files count from the root of the repository, or from `top` outside of one. */
export function ignoreScopes(
  configurations: Configurations,
  top: FilePath,
): (folder: FilePath) => Promise<IgnoreScope> {
  const chainOf = remember(async (folder: FilePath): Promise<readonly GitIgnore[]> => {
    const isFirst = folder === top || parentOf(folder) === folder || (await isRepositoryRoot(folder));
    const [above, own] = await Promise.all([isFirst ? [] : chainOf(parentOf(folder)), readGitIgnore(folder)]);
    return own === undefined ? above : [own, ...above];
  });
  return async (folder) => {
    const [chain, configuration] = await Promise.all([chainOf(folder), configurations.forFolder(folder)]);
    return {
      reason(entry, kind) {
        const verdict = ignoreVerdict(configuration, entry, kind);
        if (verdict !== undefined) return verdict === 'matched' ? 'configuration' : undefined;
        if (gitVerdict(chain, entry, kind) === 'matched') return 'gitignore';
        return kind === 'folder' && isIgnoredFolder(nameOf(entry)) ? 'default' : undefined;
      },
    };
  };
}

/** Why a path is left out when the folders above it, up to `top`, are judged as well. */
export async function reasonWithin(
  scopeOf: (folder: FilePath) => Promise<IgnoreScope>,
  top: FilePath,
  path: FilePath,
): Promise<IgnoreReason | undefined> {
  const entries = [...upward(path)].filter((entry) => entry !== top && isWithin(top, entry)).toReversed();
  for (const entry of entries) {
    const reason = (await scopeOf(parentOf(entry))).reason(entry, entry === path ? 'file' : 'folder');
    if (reason !== undefined) return reason;
  }
  return undefined;
}

interface GitIgnore {
  readonly folder: FilePath;
  readonly patterns: PathPatterns;
}

/** The nearest file with an opinion decides. */
function gitVerdict(chain: readonly GitIgnore[], entry: FilePath, kind: 'file' | 'folder'): Verdict {
  for (const { folder, patterns } of chain) {
    const verdict = patterns.verdict(relativePath(folder, entry), kind);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

async function readGitIgnore(folder: FilePath): Promise<GitIgnore | undefined> {
  const text = await readSmallFile(toFilePath(folder, '.gitignore'));
  return text === undefined ? undefined : { folder, patterns: pathPatterns(text.split('\n')) };
}
