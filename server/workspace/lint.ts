import type { FilePath } from '#analysis/finding.ts';
import type { Compiler } from '#analysis/frontends/typescript/engine.ts';
import { rules } from '#analysis/rules/index.ts';
import { configurations, type Configurations } from './configurationFiles.ts';
import { discover } from './discover.ts';
import { judgeProject, type FileSetting, type Run } from './judgeProject.ts';
import { limitedMap } from './limitedMap.ts';
import { emptyPart, type LintObserver, type LintPart, type LintRequest } from './lintRequest.ts';
import { noteOn, unplaced } from './locateProblem.ts';
import { openCompiler } from './openCompiler.ts';
import { parentOf, realPath } from './paths.ts';
import { ownedFiles } from './projects.ts';
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
  const discovery = await discover({
    cwd,
    paths: request.paths,
    configurations: found,
    useIgnores: request.useIgnores,
  });
  yield { ...emptyPart, problems: discovery.problems.map(unplaced), ignoredCount: discovery.ignoredCount };
  if (discovery.files.length === 0) return;
  const compiler = await openCompiler({
    engine: request.engine,
    hidden: discovery.hidden,
    log: (line) => observer.log(line),
  });
  try {
    const files = await configure(discovery.files, found, cwd);
    yield* judgeProjects({ request, observer, cwd, files, tsconfigs: tsconfigs(), done: 0 }, compiler);
  } finally {
    compiler.dispose();
  }
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

async function* judgeProjects(run: Run, compiler: Compiler): AsyncGenerator<LintPart, void, void> {
  const { cwd } = run;
  for await (const owned of ownedFiles({ compiler, files: [...run.files.keys()], tsconfigs: run.tsconfigs, cwd })) {
    yield* judgeProject(run, owned);
    if (run.observer.isCanceled()) break;
  }
  yield {
    ...emptyPart,
    problems: [...run.tsconfigs.notes].map(([file, message]) => noteOn(file, message)),
  };
}
