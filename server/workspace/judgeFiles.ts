import type { ActiveRule, AnalysisResult, ProjectAnalysis } from '#analysis/analyze.ts';
import type { EvidenceIndex } from '#analysis/evidence/evidenceIndex.ts';
import { joinEvidence } from '#analysis/evidence/joinEvidence.ts';
import { compareFindings, type FilePath, type Finding, type Problem } from '#analysis/finding.ts';
import type { Rule } from '#analysis/rule.ts';
import { rules } from '#analysis/rules/index.ts';
import { suppress, type UnusedSuppression } from '#analysis/suppress.ts';
import { readSuppressions } from '#analysis/suppressions.ts';
import { rulesFor, unusedSuppressionSeverity, type Configuration } from './configuration.ts';
import { groupBy } from '#analysis/groupBy.ts';
import type { FixableFinding } from './locate.ts';

export interface JudgeRequest {
  /** Files of the project, each with its configuration. */
  readonly files: ReadonlyMap<FilePath, Configuration>;
  /** Called between files with those done and all of the program; throwing from it ends the run with that error. */
  checkpoint(done: number, total: number): void;
  readonly withFixes: boolean;
  /** Rules to judge by, as far as the configuration has them on; all when absent. */
  readonly rules?: readonly Rule[];
  /** What runs showed; findings are joined with it before suppressions are applied. */
  readonly evidence?: EvidenceIndex | undefined;
}

export interface Judgement {
  /** After suppressions; sorted, all files together. */
  readonly findings: readonly FixableFinding[];
  readonly problems: readonly Problem[];
}

const knownRules = rules.map(({ id }) => id);

/** Judges files of one opened project: runs the rules, takes away what is suppressed, writes fixes out if asked. */
export function judgeFiles(analysis: ProjectAnalysis, request: JudgeRequest): Judgement {
  const groups = groupBy([...request.files], ([, configuration]) => configuration);
  const answers = [...groups].map(([configuration, entries]) =>
    ask({ analysis, request, configuration }, new Set(entries.map(([file]) => file))),
  );
  const { findings, problems } = withEvidence(analysis, request, answers);
  const found = groupBy(findings, ({ file }) => file);
  const judgements = answers.map((answer) => judgeAnswer(answer, found));
  return {
    findings: judgements.flatMap((judged) => judged.findings).toSorted((a, b) => compareFindings(a.finding, b.finding)),
    problems: [...judgements.flatMap((judged) => judged.problems), ...problems],
  };
}

interface Judge {
  readonly analysis: ProjectAnalysis;
  readonly request: JudgeRequest;
  readonly configuration: Configuration;
}

/** What the analysis said of files with the same configuration. */
interface Answer {
  readonly judge: Judge;
  readonly active: ReadonlyMap<FilePath, readonly ActiveRule[]>;
  readonly result: AnalysisResult;
}

/** Files with the same configuration: one question to the analysis. */
function ask(judge: Judge, files: ReadonlySet<FilePath>): Answer {
  const { analysis, request, configuration } = judge;
  const active = new Map([...files].map((file) => [file, rulesFor(configuration, file, request.rules ?? rules)]));
  const result = analysis.run({
    files: [...files],
    rulesFor: (file) => active.get(file) ?? [],
    settings: configuration.settings,
    checkpoint: (done, total) => request.checkpoint(done, total),
  });
  return { judge, active, result };
}

/** All answers at once, since a path may lead from a file of one into a file of another. */
function withEvidence(
  analysis: ProjectAnalysis,
  { evidence }: JudgeRequest,
  answers: readonly Answer[],
): AnalysisResult {
  const findings = answers.flatMap(({ result }) => result.findings);
  if (evidence === undefined) return { findings, problems: [] };
  const files = new Map(answers.flatMap(({ active }) => [...active]));
  return joinEvidence(evidence, { files, findings, sourceOf: (file) => analysis.sourceOf(file) });
}

function judgeAnswer({ judge, active, result }: Answer, found: ReadonlyMap<FilePath, readonly Finding[]>): Judgement {
  const judged = [...active].map(([file, activeRules]) =>
    judgeFile(judge, { file, activeRules, found: found.get(file) ?? [], result }),
  );
  return {
    findings: judged.flatMap(({ findings }) => findings),
    problems: [...onePerFile(result.problems), ...judged.flatMap(({ problems }) => problems)],
  };
}

/** A file that does not parse gives a dozen messages, of which the first tells what there is to tell. */
function onePerFile(problems: readonly Problem[]): readonly Problem[] {
  const isSyntax = ({ file, offset, kind }: Problem) => file !== undefined && offset !== undefined && kind === 'note';
  const syntax = groupBy(problems.filter(isSyntax), ({ file }) => file);
  const first = [...syntax.values()].flatMap(([problem, ...others]): readonly Problem[] => {
    if (problem === undefined) return [];
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    return [{ ...problem, message: `does not parse: ${problem.message.replace(/\.$/, '')}${more}` }];
  });
  return [...problems.filter((problem) => !isSyntax(problem)), ...first];
}

interface FileResult {
  readonly file: FilePath;
  readonly activeRules: readonly ActiveRule[];
  readonly found: readonly Finding[];
  readonly result: AnalysisResult;
}

function judgeFile(judge: Judge, { file, activeRules, found, result }: FileResult): Judgement {
  const text = judge.analysis.textOf(file);
  if (text === undefined) return { findings: found.map((finding) => withFixes(judge, finding)), problems: [] };
  const { suppressions, mistakes } = readSuppressions(text, knownRules);
  const judgedBy = new Set(activeRules.map(({ rule }) => rule.id));
  const { findings, unused } = suppress({ file, text, findings: found, suppressions, judgedBy });
  const isWhole = !result.problems.some((problem) => problem.file === file);
  return {
    findings: [
      ...findings.map((finding) => withFixes(judge, finding)),
      ...(isWhole ? reportUnused(judge, file, unused) : []),
    ],
    problems: mistakes.map(({ start, message }) => ({ file, offset: start, message, kind: 'note' })),
  };
}

/** In a file that was judged only partly, a suppression may be of use where nobody looked. */
function reportUnused(
  { configuration }: Judge,
  file: FilePath,
  unused: readonly UnusedSuppression[],
): readonly FixableFinding[] {
  const severity = unusedSuppressionSeverity(configuration, file);
  return severity === undefined
    ? []
    : unused.map(({ finding, fix }) => ({ finding: { ...finding, severity }, fixes: [fix] }));
}

function withFixes({ analysis, request }: Judge, finding: Finding): FixableFinding {
  const intents = request.withFixes ? finding.fixes : [];
  return { finding, fixes: intents.flatMap((intent) => analysis.writeFix(finding.file, intent) ?? []) };
}
