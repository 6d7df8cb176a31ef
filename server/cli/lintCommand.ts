import { buffer } from 'node:stream/consumers';
import type { Report } from '#analysis/report.ts';
import { rules } from '#analysis/rules/index.ts';
import { countBySeverity } from '#reporters/counts.ts';
import { visibleText } from '#reporters/visibleText.ts';
import type { ConfigurationData } from '#workspace/configurationText.ts';
import type { Buffered, LintPart, LintRequest } from '#workspace/lintRequest.ts';
import { realPath, toFilePath } from '#workspace/paths.ts';
import { repositoryRoot } from '#workspace/repository.ts';
import { UserError } from '#workspace/userError.ts';
import { assembleReport } from './assembleReport.ts';
import { exitCodes, type ExitCode } from './exitCodes.ts';
import { isMet, parseFailOn, type FailCondition } from './failOn.ts';
import { interrupts } from './interrupts.ts';
import type { Format, LintEnvironment, LintOptions } from './lintOptions.ts';
import { lintInThread, type LintOutcome } from './lintThread.ts';
import { printReport } from './printReport.ts';
import { progressOn } from './progress.ts';
import { ruleSettings } from './ruleSettings.ts';

/** Judges files and prints the report. @throws UserError for wrong use */
export async function lintCommand(
  paths: readonly string[],
  options: LintOptions,
  environment: LintEnvironment,
): Promise<ExitCode> {
  const conditions = failConditions(options);
  const cwd = await currentFolder();
  const interrupt = interrupts();
  try {
    const outcome = await runLint(await lintRequest(cwd, paths, options), {
      options,
      environment,
      signal: interrupt.signal,
    });
    const folder = isForRepository(options.format) ? ((await repositoryRoot(cwd)) ?? cwd) : cwd;
    const report = assembleReport(outcome.parts, { folder, isComplete: outcome.isComplete, now: Date.now() });
    refuseEmpty(report, outcome.parts);
    await printReport(options.quiet === true ? withoutQuiet(report) : report, options, environment);
    return interrupt.exitCode() ?? judge(report, outcome.parts, { ...options, conditions });
  } finally {
    interrupt.dispose();
  }
}

/** @throws UserError for conditions that nothing can meet */
function failConditions({ failOn = [], evidence = [] }: LintOptions): readonly FailCondition[] {
  if (failOn.length > 0 && evidence.length === 0)
    throw new UserError('--fail-on is about what a run showed: name its evidence with --evidence .rubato');
  return parseFailOn(failOn);
}

async function currentFolder(): Promise<string> {
  const cwd = toFilePath(process.cwd(), '.');
  return (await realPath(cwd)) ?? cwd;
}

async function lintRequest(cwd: string, paths: readonly string[], options: LintOptions): Promise<LintRequest> {
  const extra: ConfigurationData | undefined =
    options.rule === undefined ? undefined : { rules: ruleSettings(options.rule, rules) };
  return {
    cwd,
    paths: paths.length === 0 ? ['.'] : paths,
    buffer: options.stdin === true ? await readStdin(cwd, paths, options) : undefined,
    engine: options.engine,
    configFile: options.config === undefined ? undefined : toFilePath(cwd, options.config),
    extra,
    useIgnores: options.ignore,
    evidence: options.evidence,
    fixes: options.fix === true ? 'apply' : hasFixes(options.format) ? 'list' : 'none',
  };
}

/** The standard input, judged as if it were the content of a file. */
async function readStdin(
  cwd: string,
  paths: readonly string[],
  { fix, stdinFilename = 'stdin.ts' }: LintOptions,
): Promise<Buffered> {
  if (paths.length > 0) throw new UserError('--stdin judges the standard input alone: name no files beside it');
  if (fix === true) throw new UserError('--stdin cannot be combined with --fix: there is no file to write');
  return { file: toFilePath(cwd, stdinFilename), content: await buffer(process.stdin) };
}

interface RunContext {
  readonly options: LintOptions;
  readonly environment: LintEnvironment;
  readonly signal: AbortSignal;
}

async function runLint(request: LintRequest, { options, environment, signal }: RunContext): Promise<LintOutcome> {
  const progress = progressOn(process.stderr);
  try {
    return await lintInThread(request, {
      script: environment.workerScript,
      signal,
      progress: (done, total) => progress.show(done, total),
      log: (line) => void (options.verbose === true && process.stderr.write(`rubato: ${line}\n`)),
    });
  } finally {
    progress.dispose();
  }
}

/** Formats that show fixes: writing them out costs as much as finding them. */
function hasFixes(format: Format): boolean {
  return format === 'json' || format === 'sarif';
}

/** Formats that other programs match with the files of the repository. */
function isForRepository(format: Format): boolean {
  return format === 'sarif' || format === 'github';
}

function withoutQuiet(report: Report): Report {
  return {
    ...report,
    findings: report.findings.filter(({ severity }) => severity === 'error'),
    problems: report.problems.filter(({ kind }) => kind === 'internal'),
  };
}

/**
 * A run that judged nothing must not look like a clean one. It is fine only when every named file is one that the configuration
 * ignores: commit hooks name whatever has changed.
 * @throws UserError with all that was noted
 */
function refuseEmpty(report: Report, parts: readonly LintPart[]): void {
  const isMeant = parts.some(({ ignoredCount }) => ignoredCount > 0);
  const isBroken = report.problems.some(({ kind }) => kind === 'internal');
  if (report.fileCount > 0 || !report.isComplete || isMeant || isBroken) return;
  const notes = report.problems.map(
    ({ file, message }) => `${file === undefined ? '' : `${visibleText(file)}: `}${visibleText(message)}`,
  );
  throw new UserError([...notes, 'There are no JavaScript or TypeScript files to judge'].join('\n'));
}

interface Thresholds extends Pick<LintOptions, 'maxWarnings'> {
  readonly conditions: readonly FailCondition[];
}

function judge(report: Report, parts: readonly LintPart[], { maxWarnings, conditions }: Thresholds): ExitCode {
  if (report.problems.some(({ kind }) => kind === 'internal')) return exitCodes.internal;
  const unfixed = parts.reduce((sum, part) => sum + part.unfixedFiles.length, 0);
  if (unfixed > 0) return exitCodes.usage;
  const { error, warning } = countBySeverity(report);
  if (report.findings.some(({ ruleId, evidence }) => conditions.some((each) => isMet(each, { ruleId, ...evidence }))))
    return exitCodes.findings;
  return error > 0 || warning > (maxWarnings ?? Infinity) ? exitCodes.findings : exitCodes.ok;
}
