import type { ProjectAnalysis } from '#analysis/analyze.ts';
import type { EvidenceIndex } from '#analysis/evidence/evidenceIndex.ts';
import type { SourceFacts } from '#analysis/evidence/placeEvidence.ts';
import type { FilePath, Problem } from '#analysis/finding.ts';
import type { Fix, FixIntent } from '#analysis/fixes.ts';
import type { FileChange } from '#analysis/frontends/typescript/engine.ts';
import type { Rule } from '#analysis/rule.ts';
import { rules } from '#analysis/rules/index.ts';
import { textLines, type TextLines } from '#analysis/textLines.ts';
import type { AnalysisScope } from '#protocol/lsp.ts';
import type { Configuration } from '#workspace/configuration.ts';
import type { EvidenceAround } from '#workspace/folderEvidence.ts';
import { judgeFiles } from '#workspace/judgeFiles.ts';
import type { FixableFinding } from '#workspace/locate.ts';

/** What is needed to judge one file of a program. */
export interface Judging {
  readonly program: OpenProgram;
  readonly file: FilePath;
  readonly configuration: Configuration;
  /** What runs showed around the file; `undefined` when there were none, or the user does not want to know. */
  readonly evidence: EvidenceAround | undefined;
  /** Throws when the answer is no longer wanted. */
  readonly checkpoint: () => void;
}

/** Findings of one version of a file. */
export interface Judgment {
  /** Sorted by place. Only fixes that come from no intent are written out. */
  readonly entries: readonly FixableFinding[];
  readonly scope: AnalysisScope;
  /** What they were joined with. */
  readonly index: EvidenceIndex | undefined;
}

/** Rules that need nothing but the file itself. */
const localRules = rules.filter(({ needs }) => !needs.includes('program'));

/** One opened program with what is known of it between versions. */
export class OpenProgram {
  readonly #analysis: ProjectAnalysis;
  readonly #files: ReadonlySet<FilePath>;
  readonly #onProblem: (problem: Problem) => void;
  readonly #judgments = new Map<FilePath, Judgment>();
  readonly #lines = new Map<FilePath, TextLines | undefined>();
  /** The whole program was judged once: from now on, a change costs little more than its own file. */
  #isWarm = false;

  constructor(analysis: ProjectAnalysis, files: readonly FilePath[], onProblem: (problem: Problem) => void) {
    this.#analysis = analysis;
    this.#files = new Set(files);
    this.#onProblem = onProblem;
  }

  holds(file: FilePath): boolean {
    return this.#files.has(file);
  }

  /** Findings of a file; those of a `local` scope are for the whole program too when it is known already. */
  judge(judging: Judging, wanted: AnalysisScope): Judgment {
    const scope = this.#isWarm ? 'program' : wanted;
    const index = indexFor(judging);
    const known = this.#judgments.get(judging.file);
    if (known?.index === index && (known?.scope === 'program' || known?.scope === scope)) return known;
    const judgment = { entries: this.#judge(judging, scope === 'program' ? rules : localRules), scope, index };
    if (scope === 'program') this.#isWarm = true;
    this.#judgments.set(judging.file, judgment);
    return judgment;
  }

  writeFix(file: FilePath, intent: FixIntent): Fix | undefined {
    return this.#analysis.writeFix(file, intent);
  }

  /** Functions of a file of the program as it is now. */
  sourceOf(file: FilePath): SourceFacts | undefined {
    return this.#analysis.sourceOf(file);
  }

  /** The current text of a file of the program, in lines; `undefined` when the program does not hold it. */
  linesOf(file: FilePath): TextLines | undefined {
    if (this.#lines.has(file)) return this.#lines.get(file);
    const text = this.#analysis.textOf(file);
    const lines = text === undefined ? undefined : textLines(text);
    this.#lines.set(file, lines);
    return lines;
  }

  /** Changes of files that the program does not hold are of no interest to it. */
  update(changes: readonly FileChange[]): void {
    const own = changes.filter(({ file }) => this.#files.has(file));
    if (own.length === 0) return;
    this.#analysis.update(own);
    // A finding may depend on any file of the program.
    this.#judgments.clear();
    for (const { file } of own) this.#lines.delete(file);
  }

  dispose(): void {
    this.#analysis.dispose();
  }

  #judge(judging: Judging, active: readonly Rule[]): readonly FixableFinding[] {
    const { file, configuration, checkpoint } = judging;
    const { findings, problems } = judgeFiles(this.#analysis, {
      files: new Map([[file, configuration]]),
      rules: active,
      checkpoint,
      withFixes: false,
      evidence: indexFor(judging),
    });
    for (const problem of problems) this.#onProblem(problem);
    // A compiler that died in the middle looks like a bug of each rule that asked it; asked for a new version, it fails for all to see.
    if (problems.some(({ kind }) => kind === 'internal')) this.#analysis.update([]);
    return findings;
  }
}

/** That a file was not loaded is nothing to show beside its code: files that no run knows cost nothing. */
function indexFor({ file, evidence }: Judging): EvidenceIndex | undefined {
  return evidence !== undefined && evidence.index.of(file).length > 0 ? evidence.index : undefined;
}
