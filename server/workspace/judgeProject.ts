import { openAnalysis, type ProjectAnalysis } from '#analysis/analyze.ts';
import type { EvidenceIndex } from '#analysis/evidence/evidenceIndex.ts';
import type { FilePath, Problem } from '#analysis/finding.ts';
import type { ProjectSource } from '#analysis/frontends/typescript/engine.ts';
import type { Configuration } from './configuration.ts';
import { fixFiles, type FixedJudgement } from './fixFiles.ts';
import type { JudgeRequest } from './judgeFiles.ts';
import { Canceled, describeError, isStackOverflow, judgeSafely } from './judgeSafely.ts';
import { emptyPart, type LintObserver, type LintPart, type LintRequest } from './lintRequest.ts';
import { locate } from './locate.ts';
import { locateProblem, noteOn, unplaced } from './locateProblem.ts';
import type { OwnedFiles } from './projects.ts';
import type { Tsconfigs } from './tsconfigs.ts';

/** One run over all projects. */
export interface Run {
  readonly request: LintRequest;
  readonly observer: LintObserver;
  /** Real path. */
  readonly cwd: FilePath;
  readonly tsconfigs: Tsconfigs;
  /** All files to judge. */
  readonly files: ReadonlyMap<FilePath, FileSetting>;
  readonly evidence: EvidenceIndex | undefined;
  /** Number of files judged so far. */
  done: number;
}

/** What is known of a file before it is judged. */
export interface FileSetting {
  readonly configuration: Configuration;
  /** Root of its repository, or the current folder. */
  readonly root: FilePath;
}

/** Judges the files that a project owns, and disposes of the project. A project that fails is a problem. */
export async function* judgeProject(run: Run, owned: OwnedFiles): AsyncGenerator<LintPart, void, void> {
  if (owned.kind === 'failed') {
    yield projectFailure(run, owned);
    return;
  }
  const analysis = openAnalysis(owned.project);
  try {
    if (owned.files.length > 0) yield await judgeOpened(run, analysis, owned);
    if (owned.source.kind === 'loose') yield unheldFiles(owned.source.files, owned.held);
  } finally {
    analysis.dispose();
  }
}

type Opened = Extract<OwnedFiles, { readonly kind: 'opened' }>;

async function judgeOpened(run: Run, analysis: ProjectAnalysis, owned: Opened): Promise<LintPart> {
  const request = judgeRequest(run, owned.files);
  try {
    const judgement =
      run.request.fixes === 'apply'
        ? await fixFiles(analysis, request)
        : { ...unfixed, ...judgeSafely(analysis, request) };
    for (const stack of judgement.stacks) run.observer.log(stack);
    run.done += owned.files.length;
    run.observer.log(`judged ${run.done} of ${run.files.size} files`);
    return partOf(run, analysis, owned, judgement);
  } catch (error) {
    if (error instanceof Canceled) return emptyPart;
    throw error;
  }
}

const unfixed = { fixedFiles: [], unfixedFiles: [] } as const;

function partOf(run: Run, analysis: ProjectAnalysis, owned: Opened, judgement: FixedJudgement): LintPart {
  const asked = new Set(owned.files);
  const textOf = (file: FilePath) => analysis.textOf(file);
  const problems = judgement.problems
    // What is wrong with files of the program that nobody asked about is not this run's business.
    .filter(({ file }) => file === undefined || asked.has(file) || !owned.held.has(file))
    .flatMap((problem) => (problem.file === undefined ? projectProblem(run, owned.source, problem) : problem));
  return {
    ...emptyPart,
    findings: locate(judgement.findings, { textOf, rootOf: (file) => run.files.get(file)?.root ?? run.cwd }),
    problems: problems.map((problem) => locateProblem(problem, textOf)),
    fileCount: judgement.judged,
    fixedFiles: judgement.fixedFiles,
    unfixedFiles: judgement.unfixedFiles,
  };
}

/** What a compiler says of a project as a whole is about its tsconfig, unless that has a note of ours already. */
function projectProblem(run: Run, source: ProjectSource, problem: Problem): readonly Problem[] {
  if (source.kind === 'loose') return [problem];
  if (run.tsconfigs.notes.has(source.path)) return [];
  return [{ ...problem, file: source.path, message: problem.message.replaceAll(`${run.cwd}/`, '') }];
}

function judgeRequest(
  { request, observer, files: settings, evidence, done }: Run,
  files: readonly FilePath[],
): JudgeRequest {
  const configured = files.flatMap((file) => {
    const setting = settings.get(file);
    return setting === undefined ? [] : [[file, setting.configuration] as const];
  });
  return {
    files: new Map(configured),
    withFixes: request.fixes !== 'none',
    evidence,
    checkpoint(read, total) {
      if (observer.isCanceled()) throw new Canceled();
      // Also files that nobody asked about are read; what the person waits for is the share of their own.
      observer.progress(done + Math.floor((files.length * read) / Math.max(1, total)), settings.size);
    },
  };
}

/** Files that a compiler does not take although it was given them by name. */
function unheldFiles(files: readonly FilePath[], held: ReadonlySet<FilePath>): LintPart {
  const left = files.filter((file) => !held.has(file));
  return {
    ...emptyPart,
    problems: left.map((file) => noteOn(file, 'could not be opened: not judged')),
  };
}

/** A file nested so deeply that the compiler runs out of stack is the program's fault, everything else is ours. */
function projectFailure(run: Run, { source, error }: Extract<OwnedFiles, { readonly kind: 'failed' }>): LintPart {
  run.observer.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const isDeep = isStackOverflow(error);
  const reason = isDeep ? 'is nested too deeply' : `could not be opened: ${describeError(error)} (a bug of Rubato)`;
  const kind = isDeep ? 'note' : 'internal';
  const problems =
    source.kind === 'tsconfig'
      ? [
          {
            file: source.path,
            message: `its project ${reason}; its files are judged with default options`,
            kind,
          } as const,
        ]
      : source.files.map((file) => ({ file, message: `${reason}: not judged`, kind }) as const);
  return { ...emptyPart, problems: problems.map(unplaced) };
}
