import type { FilePath, Problem } from '#analysis/finding.ts';
import type { LocatedProblem } from '#analysis/report.ts';
import { positionAt, textLines } from '#analysis/textLines.ts';

/** A problem in lines and columns, as far as it has a place in a text that is known. */
export function locateProblem(problem: Problem, textOf: (file: FilePath) => string | undefined): LocatedProblem {
  const text = problem.file === undefined || problem.offset === undefined ? undefined : textOf(problem.file);
  const position = text === undefined ? undefined : positionAt(textLines(text), problem.offset ?? 0);
  return { ...unplaced(problem), position };
}

/** A problem of a file as a whole, or of the run. */
export function unplaced({ file, message, kind }: Problem): LocatedProblem {
  return { file, message, kind, position: undefined };
}

/** A note about a file as a whole. */
export function noteOn(file: FilePath, message: string): LocatedProblem {
  return { file, message, kind: 'note', position: undefined };
}
