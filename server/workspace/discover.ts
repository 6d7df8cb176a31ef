import { lstat } from 'node:fs/promises';
import { compareText, type FilePath, type Problem } from '#analysis/finding.ts';
import { suggestion } from '#analysis/didYouMean.ts';
import type { Configurations } from './configurationFiles.ts';
import { ignoreScopes, reasonWithin, type IgnoreReason, type IgnoreScope } from './ignoreScopes.ts';
import { inspectFile, type Inspection } from './inspectFile.ts';
import { limitedMap } from './limitedMap.ts';
import { matchesWithin, pathPatterns } from './pathPatterns.ts';
import { isWithin, parentOf, realPath, relativePath, toFilePath } from './paths.ts';
import { repositoryRoot } from './repository.ts';
import { sourceKind } from './sourceKinds.ts';
import { UserError } from './userError.ts';
import { walkFolders } from './walkFolders.ts';

export interface DiscoverRequest {
  /** Real path that the written paths are relative to. */
  readonly cwd: FilePath;
  /** Files, folders and globs as a person wrote them. */
  readonly paths: readonly string[];
  readonly configurations: Configurations;
  /** `false` judges also what .gitignore, configuration and habit leave out. */
  readonly useIgnores: boolean;
}

export interface Discovery {
  /** Files to judge: real paths, sorted. */
  readonly files: readonly FilePath[];
  /** Files that a compiler must not open: huge, binary, no files at all. */
  readonly hidden: ReadonlySet<FilePath>;
  /** Notes on what is not judged, or judged all the same. */
  readonly problems: readonly Problem[];
  /** Number of named files that the configuration ignores. */
  readonly ignoredCount: number;
}

/**
 * Finds the files that a request is about.
 * @throws UserError for a path where nothing is, and for a wrong configuration on the way
 */
export async function discover(request: DiscoverRequest): Promise<Discovery> {
  const found: Found = {
    request,
    named: new Set(),
    walked: new Set(),
    notes: [],
    hidden: new Set(),
    scopes: new Map(),
    ignoredCount: 0,
  };
  for (const written of request.paths) await findArgument(found, written);
  const candidates = [...new Set([...found.named, ...found.walked])].toSorted(compareText);
  const inspections = await limitedMap(candidates.filter(isCode), 16, async (file) => ({
    file,
    inspection: await inspectFile(file),
  }));
  const files = inspections.flatMap(({ file, inspection }) => (accept(found, file, inspection) ? [file] : []));
  noteCounts(found, candidates, inspections);
  return { files, hidden: found.hidden, problems: found.notes, ignoredCount: found.ignoredCount };
}

type ScopeOf = (folder: FilePath) => Promise<IgnoreScope>;

interface Found {
  readonly request: DiscoverRequest;
  /** Files named one by one. */
  readonly named: Set<FilePath>;
  readonly walked: Set<FilePath>;
  readonly notes: Problem[];
  readonly hidden: Set<FilePath>;
  /** By the folder from which ignore rules count. */
  readonly scopes: Map<FilePath, ScopeOf>;
  ignoredCount: number;
}

async function findArgument(found: Found, written: string): Promise<void> {
  const path = toFilePath(found.request.cwd, written);
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined) return isGlob(written) ? findGlob(found, written) : nothingAt(written);
  const real = await realPath(path);
  if (real === undefined) return note(found, path, 'is a symbolic link to nothing');
  const target = real === path ? stats : await lstat(real);
  if (target.isDirectory()) return findInFolder(found, real, () => true);
  if (target.isFile()) return findNamed(found, real);
  found.hidden.add(real);
  return note(found, real, 'is not a regular file');
}

function nothingAt(written: string): never {
  throw new UserError(`There is no file or folder ${JSON.stringify(written)}${suggestion(written, commands)}`);
}

/** A mistyped command looks like a path. */
const commands = ['lint', 'explain', 'rules', 'init', 'print-config'];

function isGlob(written: string): boolean {
  return /[*?[{]/.test(written);
}

async function findGlob(found: Found, written: string): Promise<void> {
  const segments = written.split('/');
  const first = segments.findIndex(isGlob);
  const base = await realPath(toFilePath(found.request.cwd, segments.slice(0, first).join('/') || '.'));
  const patterns = pathPatterns([`/${segments.slice(first).join('/')}`], { withBraces: true });
  const before = found.walked.size;
  if (base !== undefined) await findInFolder(found, base, (file) => matchesWithin(patterns, relativePath(base, file)));
  if (found.walked.size === before)
    found.notes.push({ file: undefined, kind: 'note', message: `No file matches ${JSON.stringify(written)}` });
}

async function findInFolder(found: Found, folder: FilePath, isWanted: (file: FilePath) => boolean): Promise<void> {
  const top = await topOf(found, folder);
  const { files, odd } = await walkFolders({
    folder,
    top,
    scopeOf: found.request.useIgnores ? scopesBelow(found, top) : undefined,
  });
  for (const file of files) if (isWanted(file)) found.walked.add(file);
  for (const [path, reason] of [...odd].toSorted(([a], [b]) => compareText(a, b))) {
    if (path !== folder && !isWanted(path)) continue;
    found.hidden.add(path);
    note(found, path, reason);
  }
}

/** What a person names is judged, unless the configuration leaves it out: that is how editors and commit hooks name files. */
async function findNamed(found: Found, file: FilePath): Promise<void> {
  const refusal = refusals[sourceKind(file)];
  if (refusal !== undefined) return note(found, file, refusal);
  const top = await topOf(found, parentOf(file));
  const reason = found.request.useIgnores ? await reasonWithin(scopesBelow(found, top), top, file) : undefined;
  if (reason !== undefined) note(found, file, ignoredNotes[reason]);
  if (reason === 'configuration') found.ignoredCount++;
  else found.named.add(file);
}

const refusals = {
  code: undefined,
  declarations: 'holds only types, there is nothing to judge',
  embedded: 'is not judged: Rubato does not read such files yet',
  other: 'is neither JavaScript nor TypeScript',
} as const;

const ignoredNotes: Readonly<Record<IgnoreReason, string>> = {
  configuration: 'is not judged: the configuration ignores it (--no-ignore judges it)',
  gitignore: 'is ignored by .gitignore, and judged because it was named',
  default: 'is in a folder that is ignored by default, and judged because it was named',
};

/** The repository, else the current folder, else the folder itself. */
async function topOf({ request }: Found, folder: FilePath): Promise<FilePath> {
  return (await repositoryRoot(folder)) ?? (isWithin(request.cwd, folder) ? request.cwd : folder);
}

function scopesBelow({ request, scopes }: Found, top: FilePath): ScopeOf {
  const known = scopes.get(top) ?? ignoreScopes(request.configurations, top);
  scopes.set(top, known);
  return known;
}

function isCode(file: FilePath): boolean {
  return sourceKind(file) === 'code';
}

function accept(found: Found, file: FilePath, inspection: Inspection): boolean {
  switch (inspection.kind) {
    case 'text':
      if (inspection.note !== undefined) note(found, file, inspection.note);
      return true;
    case 'made':
      if (found.request.useIgnores && found.named.has(file))
        note(found, file, `is ${inspection.reason}, and judged because it was named`);
      return found.named.has(file) || !found.request.useIgnores;
    case 'unreadable':
      if (inspection.isHarmful) found.hidden.add(file);
      note(found, file, `${inspection.reason}: not judged`);
      return false;
    default:
      return inspection satisfies never;
  }
}

interface Inspected {
  readonly file: FilePath;
  readonly inspection: Inspection;
}

/** Hundreds of files of one kind make one note. */
function noteCounts(found: Found, candidates: readonly FilePath[], inspections: readonly Inspected[]): void {
  const embedded = candidates.filter((file) => sourceKind(file) === 'embedded').length;
  if (embedded > 0)
    noteRun(found, `${count(embedded, 'Vue, Svelte or Astro file')} not judged: Rubato does not read such files yet`);
  const made = inspections.filter(
    ({ file, inspection }) => inspection.kind === 'made' && !found.named.has(file),
  ).length;
  if (made > 0 && found.request.useIgnores)
    noteRun(found, `${count(made, 'generated or minified file')} not judged; name them to judge them`);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function noteRun(found: Found, message: string): void {
  found.notes.push({ file: undefined, kind: 'note', message });
}

function note(found: Found, file: FilePath, message: string): void {
  found.notes.push({ file, kind: 'note', message });
}
