import type { ProjectAnalysis } from '#analysis/analyze.ts';
import type { FilePath, Problem } from '#analysis/finding.ts';
import { judgeFiles, type Judgement, type JudgeRequest } from './judgeFiles.ts';

/** Thrown by a checkpoint to end a run. */
export class Canceled extends Error {
  override readonly name = 'Canceled';
}

export interface SafeJudgement extends Judgement {
  /** Number of files that were judged. */
  readonly judged: number;
  /** Stacks of what was thrown, for the log. */
  readonly stacks: readonly string[];
}

/** After so many questions that failed, the project is not asked any more: most likely every one would. */
const maxFailures = 16;

/**
 * Judges files although the analysis may throw: then each half is asked again, until the files that make it throw are alone. These become
 * problems: a note when the stack overflowed, which is the file's fault, else an internal one.
 * @throws Canceled when the checkpoint says so
 */
export function judgeSafely(analysis: ProjectAnalysis, request: JudgeRequest): SafeJudgement {
  const budget = { failures: 0 };
  const judge = (files: JudgeRequest['files']): SafeJudgement => {
    try {
      return { ...judgeFiles(analysis, { ...request, files }), judged: files.size, stacks: [] };
    } catch (error) {
      if (error instanceof Canceled) throw error;
      budget.failures++;
      if (files.size <= 1 || budget.failures >= maxFailures) return failed(files, error);
      const entries = [...files];
      const middle = entries.length >> 1;
      return joined(judge(new Map(entries.slice(0, middle))), judge(new Map(entries.slice(middle))));
    }
  };
  return judge(request.files);
}

function failed(files: JudgeRequest['files'], error: unknown): SafeJudgement {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { findings: [], problems: [...files.keys()].map((file) => failure(file, error)), judged: 0, stacks: [stack] };
}

function failure(file: FilePath, error: unknown): Problem {
  if (isStackOverflow(error)) return { file, kind: 'note', message: 'is nested too deeply: not judged' };
  return { file, kind: 'internal', message: `could not be judged: ${describeError(error)} (a bug of Rubato)` };
}

/** Whether something nested called itself too often. */
export function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack');
}

/** One line about anything that was thrown. */
export function describeError(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).split('\n', 1)[0] ?? '';
}

function joined(a: SafeJudgement, b: SafeJudgement): SafeJudgement {
  return {
    findings: [...a.findings, ...b.findings],
    problems: [...a.problems, ...b.problems],
    judged: a.judged + b.judged,
    stacks: [...a.stacks, ...b.stacks],
  };
}
