import { evidenceIndex, type EvidenceIndex } from '#analysis/evidence/evidenceIndex.ts';
import type { FilePath } from '#analysis/finding.ts';
import { rules } from '#analysis/rules/index.ts';
import { configurations, type Configurations } from './configurationFiles.ts';
import { discover } from './discover.ts';
import { discoverBuffer, type BufferDiscovery } from './discoverBuffer.ts';
import { judgeProject, type FileSetting, type Run } from './judgeProject.ts';
import { limitedMap } from './limitedMap.ts';
import { emptyPart, type LintObserver, type LintPart, type LintRequest } from './lintRequest.ts';
import { noteOn, unplaced } from './locateProblem.ts';
import { openCompiler } from './openCompiler.ts';
import { parentOf, realPath } from './paths.ts';
import { ownedFiles, type OwnedFiles } from './projects.ts';
import { readEvidence } from './readEvidence.ts';
import { remember } from './remember.ts';
import { repositoryRoot } from './repository.ts';
import { tsconfigs } from './tsconfigs.ts';

/**
 * Judges files and folders: finds the files, opens their projects one after the other, runs the rules. Parts come in no particular order;
 * their order is the same on every run. A project that cannot be judged is a problem, and the others go on.
 * @throws UserError for wrong paths, settings, or an engine that is not there: before any file is judged
 */
export async function* lint(request: LintRequest, observer: LintObserver): AsyncGenerator<LintPart, void, void> {
  const cwd = (await realPath(request.cwd)) ?? request.cwd;
  const found = configurations({ rules, cwd, configFile: request.configFile, extra: request.extra });
  const { part, evidence } = await evidenceFor(request, cwd);
  yield part;
  const discovery = await discoverAll(request, found, cwd);
  yield { ...emptyPart, problems: discovery.problems.map(unplaced), ignoredCount: discovery.ignoredCount };
  if (discovery.files.length === 0) return;
  const compiler = await openCompiler({
    engine: request.engine,
    hidden: discovery.hidden,
    hasBuffers: discovery.texts.size > 0,
    log: (line) => observer.log(line),
  });
  try {
    const files = await configure(discovery.files, found, cwd);
    const configs = tsconfigs();
    const projects = ownedFiles({ compiler, files: discovery.files, texts: discovery.texts, tsconfigs: configs, cwd });
    yield* judgeProjects({ request, observer, cwd, files, tsconfigs: configs, evidence, done: 0 }, projects);
  } finally {
    compiler.dispose();
  }
}

/** The first part names the runs, so that a report without findings can say what it is based on. */
async function evidenceFor(
  { evidence: written = [] }: LintRequest,
  cwd: FilePath,
): Promise<{ readonly part: LintPart; readonly evidence: EvidenceIndex | undefined }> {
  if (written.length === 0) return { part: emptyPart, evidence: undefined };
  const { sources, problems } = await readEvidence(written, cwd);
  const evidence = evidenceIndex(sources);
  const runs = evidence.runs.map(({ evidence: { startedAt, durationMs, command, limits } }) => ({
    startedAt,
    durationMs,
    command,
    limits,
  }));
  return { part: { ...emptyPart, problems, runs }, evidence };
}

async function discoverAll(request: LintRequest, found: Configurations, cwd: FilePath): Promise<BufferDiscovery> {
  const { paths, useIgnores, buffer } = request;
  if (buffer !== undefined) return discoverBuffer({ buffer, configurations: found, useIgnores });
  return { ...(await discover({ cwd, paths, configurations: found, useIgnores })), texts: new Map() };
}

async function configure(
  files: readonly FilePath[],
  found: Configurations,
  cwd: FilePath,
): Promise<ReadonlyMap<FilePath, FileSetting>> {
  const settingOf = remember(async (folder): Promise<FileSetting> => {
    const [configuration, root] = await Promise.all([found.forFolder(folder), repositoryRoot(folder)]);
    return { configuration, root: root ?? cwd };
  });
  return new Map(await limitedMap(files, 16, async (file) => [file, await settingOf(parentOf(file))] as const));
}

async function* judgeProjects(run: Run, projects: AsyncIterable<OwnedFiles>): AsyncGenerator<LintPart, void, void> {
  for await (const owned of projects) {
    yield* judgeProject(run, owned);
    if (run.observer.isCanceled()) break;
  }
  yield { ...emptyPart, problems: [...run.tsconfigs.notes].map(([file, message]) => noteOn(file, message)) };
}
