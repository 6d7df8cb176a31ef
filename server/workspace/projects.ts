import { compareText, type FilePath } from '#analysis/finding.ts';
import type { Compiler, CompilerProject, ProjectSource } from '#analysis/frontends/typescript/engine.ts';
import { groupBy } from '#analysis/groupBy.ts';
import { limitedMap } from './limitedMap.ts';
import { isWithin, parentOf } from './paths.ts';
import { remember } from './remember.ts';
import { repositoryRoot } from './repository.ts';
import type { Tsconfigs } from './tsconfigs.ts';

/** An opened project with the files it is to be asked about and all it holds; or why it could not be opened. */
export type OwnedFiles =
  | {
      readonly kind: 'opened';
      readonly source: ProjectSource;
      readonly project: CompilerProject;
      readonly files: readonly FilePath[];
      readonly held: ReadonlySet<FilePath>;
    }
  | {
      readonly kind: 'failed';
      readonly source: ProjectSource;
      readonly error: unknown;
      readonly files: readonly FilePath[];
    };

export interface ProjectsRequest {
  readonly compiler: Compiler;
  /** Absolute, each once. */
  readonly files: readonly FilePath[];
  readonly tsconfigs: Tsconfigs;
  /** Texts that are not those of the disk, by file. */
  readonly texts: ReadonlyMap<FilePath, string>;
  /** Root of files outside of repositories that no tsconfig owns. */
  readonly cwd: FilePath;
}

/**
 * Opens the projects that own the files, one after the other, and gives each file exactly once: to the first of its candidates whose
 * program holds it, or to a project without tsconfig in the end. Who takes an opened project disposes of it before asking for the
 * next, so that one program is in memory at a time.
 */
export async function* ownedFiles(request: ProjectsRequest): AsyncGenerator<OwnedFiles, void, void> {
  let waiting = await limitedMap(request.files, 16, async (file) => ({
    file,
    candidates: await request.tsconfigs.candidates(file),
  }));
  for (let config = nextConfig(waiting); config !== undefined; config = nextConfig(waiting)) {
    const opened = openProject(request, { kind: 'tsconfig', path: config }, ownersOf(waiting, config));
    waiting = withoutOwned(waiting, config, opened);
    yield opened;
  }
  const loose = waiting.map(({ file }) => file);
  for (const [root, files] of await byRoot(loose, request.cwd)) yield* openLoose(request, root, files);
}

/** One file that makes the compiler throw must not cost the others: each half is tried again, until it is alone. */
function* openLoose(
  request: ProjectsRequest,
  root: FilePath,
  files: readonly FilePath[],
): Generator<OwnedFiles, void, void> {
  const opened = openProject(request, { kind: 'loose', root, files }, files);
  const middle = files.length >> 1;
  if (opened.kind === 'opened' || middle === 0) {
    yield opened;
    return;
  }
  yield* openLoose(request, root, files.slice(0, middle));
  yield* openLoose(request, root, files.slice(middle));
}

interface Waiting {
  readonly file: FilePath;
  /** Configurations not tried yet, best first. */
  readonly candidates: readonly FilePath[];
}

/** Deepest first: a file that its own package does not hold comes back to a configuration further up before that one is opened. */
function nextConfig(waiting: readonly Waiting[]): FilePath | undefined {
  const heads = new Set(waiting.flatMap(({ candidates }) => candidates.slice(0, 1)));
  return [...heads].toSorted((a, b) => depth(b) - depth(a) || compareText(a, b))[0];
}

function depth(file: FilePath): number {
  return parentOf(file).split('/').length;
}

function ownersOf(waiting: readonly Waiting[], config: FilePath): readonly FilePath[] {
  return waiting.filter(({ candidates }) => candidates[0] === config).map(({ file }) => file);
}

/** `wanted` are the files to take if the program holds them; a loose project holds what it is made of. */
function openProject(
  { compiler, texts }: ProjectsRequest,
  source: ProjectSource,
  wanted: readonly FilePath[],
): OwnedFiles {
  try {
    const project = compiler.openProject(source);
    const files = source.kind === 'loose' ? source.files : project.files;
    const changes =
      texts.size === 0 ? [] : files.flatMap((file) => (texts.has(file) ? { file, text: texts.get(file) } : []));
    if (changes.length > 0) project.update(changes);
    const held = new Set(project.files);
    return { kind: 'opened', source, project, files: wanted.filter((file) => held.has(file)), held };
  } catch (error) {
    return { kind: 'failed', source, error, files: source.kind === 'loose' ? wanted : [] };
  }
}

/** Files taken leave; those that the program does not hold will not ask it again. */
function withoutOwned(waiting: readonly Waiting[], config: FilePath, opened: OwnedFiles): readonly Waiting[] {
  const taken = new Set(opened.files);
  const held = opened.kind === 'opened' ? opened.held : taken;
  return waiting
    .filter(({ file }) => !taken.has(file))
    .map(({ file, candidates }) => ({
      file,
      candidates: held.has(file) ? candidates : candidates.filter((each) => each !== config),
    }));
}

async function byRoot(files: readonly FilePath[], cwd: FilePath): Promise<ReadonlyMap<FilePath, readonly FilePath[]>> {
  const rootOf = remember(
    async (folder) => (await repositoryRoot(folder)) ?? (isWithin(cwd, folder) ? cwd : undefined),
  );
  const roots = await limitedMap(files, 16, async (file) => rootOf(parentOf(file)));
  const outside = commonFolder(files.filter((_, index) => roots[index] === undefined));
  return groupBy(files, (_, index) => roots[index] ?? outside);
}

/** Deepest folder that holds all the files, so that files that import each other are judged together. */
function commonFolder(files: readonly FilePath[]): FilePath {
  const [first = '/', ...others] = files.map(parentOf);
  let folder = first;
  while (!others.every((other) => isWithin(folder, other)) && parentOf(folder) !== folder) folder = parentOf(folder);
  return folder;
}
