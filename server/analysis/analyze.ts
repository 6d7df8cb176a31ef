/** The whole pipeline, pure: an opened project goes in, findings come out. */
import type { SourceFacts } from './evidence/placeEvidence.ts';
import type { FileFacts } from './facts.ts';
import {
  compareFindings,
  type Confidence,
  type Finding,
  type FilePath,
  type Problem,
  type Severity,
} from './finding.ts';
import type { Fix, FixIntent } from './fixes.ts';
import type { CompilerProject, FileChange } from './frontends/typescript/engine.ts';
import { awaitsAtTop, writeFix } from './frontends/typescript/fixes/writeFix.ts';
import { lowerFile } from './frontends/typescript/lower/lowerFile.ts';
import { Program } from './graph/program.ts';
import { SymbolCache } from './graph/resolver.ts';
import type { AnalysisSettings, Need, Report, Rule, RuleOptions } from './rule.ts';

/** A rule with the settings that apply to a file. */
export interface ActiveRule {
  readonly rule: Rule;
  /** As configured; `undefined` keeps each finding's own. */
  readonly severity: Severity | undefined;
  readonly options: RuleOptions;
}

export interface AnalysisRequest {
  /** Files to report on; the rest of the program is still read for its summaries. */
  readonly files: readonly FilePath[];
  /** Active rules of a file; empty skips it. */
  rulesFor(file: FilePath): readonly ActiveRule[];
  readonly settings: AnalysisSettings;
  /** Called between files with files done and files in all; throwing from it stops the analysis with that error. */
  checkpoint?(done: number, total: number): void;
}

export interface AnalysisResult {
  /** Sorted by `compareFindings`. Suppression comments are not applied yet. */
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
}

/** The analysis of one opened project. The editor keeps it and its facts between versions; the CLI runs it once. */
export interface ProjectAnalysis {
  /** Judges the files of the request; facts of unchanged files are reused. */
  run(request: AnalysisRequest): AnalysisResult;
  /** Makes a new version of the program and drops what is known of the changed files. */
  update(changes: readonly FileChange[]): void;
  /** Writes an intent out on the current text of the file; `undefined` when it does not apply there. */
  writeFix(file: FilePath, intent: FixIntent): Fix | undefined;
  /** Current text of a file of the project as the compiler read it (no byte order mark). */
  textOf(file: FilePath): string | undefined;
  /** Functions of a file of the project and its text, to put evidence on; `undefined` when it cannot be read. */
  sourceOf(file: FilePath): SourceFacts | undefined;
  dispose(): void;
}

/** Takes over the project: `dispose` of the analysis disposes it. */
export function openAnalysis(project: CompilerProject): ProjectAnalysis {
  return new Analysis(project);
}

class Analysis implements ProjectAnalysis {
  readonly #project: CompilerProject;
  readonly #symbols = new SymbolCache();
  /** Facts of files whose own text has not changed since. */
  #facts = new Map<FilePath, Lowered>();
  /** What was handed out by `sourceOf` of files whose own text has not changed since: where functions stand, no type can change. */
  readonly #sources = new Map<FilePath, SourceFacts>();
  /** Grows with every update: answers about types hold for one version of the program. */
  #version = 0;

  constructor(project: CompilerProject) {
    this.#project = project;
  }

  run(request: AnalysisRequest): AnalysisResult {
    const problems: Problem[] = [...this.#project.problems(request.files)];
    const active = new Map(request.files.map((file) => [file, request.rulesFor(file)] as const));
    const program = this.#lower(request, active, problems);
    const findings = [...active].flatMap(([file, rules]) => {
      request.checkpoint?.(active.size, active.size);
      const facts = program.files.get(file);
      return facts === undefined
        ? []
        : rules.flatMap((rule) => judge({ rule, facts, program, settings: request.settings }, problems));
    });
    return { findings: findings.toSorted(compareFindings), problems };
  }

  update(changes: readonly FileChange[]): void {
    const changed = new Set(changes.map(({ file }) => file));
    for (const file of changed) {
      this.#facts.delete(file);
      this.#sources.delete(file);
    }
    this.#version++;
    this.#symbols.forget(changed);
    this.#project.update(changes);
  }

  writeFix(file: FilePath, intent: FixIntent): Fix | undefined {
    const tree = this.#project.tree(file);
    if (tree === undefined) return undefined;
    const isCommonJs = /\.c[jt]s$/.test(file) || (this.#project.isCommonJs && !/\.m[jt]s$/.test(file));
    return isCommonJs && awaitsAtTop(tree, intent) ? undefined : writeFix(tree, intent);
  }

  textOf(file: FilePath): string | undefined {
    return this.#facts.get(file)?.text ?? this.#project.tree(file)?.text;
  }

  sourceOf(file: FilePath): SourceFacts | undefined {
    const known = this.#sources.get(file) ?? this.#readSource(file);
    if (known !== undefined) this.#sources.set(file, known);
    return known;
  }

  dispose(): void {
    this.#facts.clear();
    this.#sources.clear();
    this.#project.dispose();
  }

  #readSource(file: FilePath): SourceFacts | undefined {
    const needs = new Set<Need>([...(this.#facts.get(file)?.needs ?? []), 'program']);
    const facts = this.#factsOf(file, needs, []);
    const text = facts === undefined ? undefined : this.textOf(file);
    return facts === undefined || text === undefined
      ? undefined
      : { file, text, functions: facts.functions, isWorker: facts.isWorker };
  }

  /** Facts of the files to judge; of every file of the program when a rule follows calls. */
  #lower(request: AnalysisRequest, active: ReadonlyMap<FilePath, readonly ActiveRule[]>, problems: Problem[]): Program {
    const needs = new Set([...active.values()].flatMap((rules) => rules.flatMap(({ rule }) => rule.needs)));
    const files = needs.has('program') ? [...new Set([...this.#project.files, ...request.files])] : request.files;
    const lowered = new Map<FilePath, FileFacts>();
    for (const [done, file] of files.entries()) {
      request.checkpoint?.(done, files.length);
      const wanted = active.has(file) ? needs : PROGRAM_ONLY;
      const facts = this.#factsOf(file, wanted, problems);
      if (facts !== undefined) lowered.set(file, facts);
    }
    return new Program(lowered, (file, nodes) => this.#project.symbols(file, nodes), this.#symbols);
  }

  #factsOf(file: FilePath, needs: ReadonlySet<Need>, problems: Problem[]): FileFacts | undefined {
    const known = this.#facts.get(file);
    if (known !== undefined && this.#serves(known, needs)) return known.facts;
    const facts = this.#lowerOne(file, needs, problems);
    const text = facts === undefined || needs === PROGRAM_ONLY ? undefined : this.#project.tree(file)?.text;
    this.#facts.set(file, { needs, facts, text, version: this.#version });
    return facts;
  }

  /**
   * A file that is judged must know the types of this version: a helper elsewhere may have become async. What the call graph
   * takes from its neighbours are their own calls and functions, which change only with their own text.
   */
  #serves(known: Lowered, needs: ReadonlySet<Need>): boolean {
    const isCurrent = needs === PROGRAM_ONLY || known.version === this.#version;
    return isCurrent && [...needs].every((need) => known.needs.has(need));
  }

  /** A file that defeats the compiler or the lowering costs its own findings and nothing else. */
  #lowerOne(file: FilePath, needs: ReadonlySet<Need>, problems: Problem[]): FileFacts | undefined {
    try {
      const facts = lowerFile(this.#project, file, needs);
      if (facts === undefined)
        problems.push({ kind: 'note', file, message: 'not judged: the compiler could not read it' });
      return facts;
    } catch (error) {
      const isTooDeep = error instanceof RangeError;
      problems.push({
        kind: isTooDeep ? 'note' : 'internal',
        file,
        message: isTooDeep ? 'not judged: it is nested too deeply' : `not judged: ${describe(error)}`,
      });
      return undefined;
    }
  }
}

const PROGRAM_ONLY: ReadonlySet<Need> = new Set(['program']);

/** What is known of a file. */
interface Lowered {
  /** Needs that the facts were collected for; facts for more needs serve fewer ones too. */
  readonly needs: ReadonlySet<Need>;
  readonly facts: FileFacts | undefined;
  /** Version of the program that was asked for types. */
  readonly version: number;
  /** Kept of files to judge, where suppressions are looked for: having the tree again would cost a second transfer. */
  readonly text: string | undefined;
}

interface Judgement {
  readonly rule: ActiveRule;
  readonly facts: FileFacts;
  readonly program: Program;
  readonly settings: AnalysisSettings;
}

/** A rule that throws loses its own findings for the file, is reported once, and the others go on. */
function judge({ rule: active, facts, program, settings }: Judgement, problems: Problem[]): Finding[] {
  const { rule, options } = active;
  try {
    return [...rule.check({ facts, program, options, settings })].map((report) => findingOf(report, active, facts));
  } catch (error) {
    problems.push({ kind: 'internal', file: facts.file, message: `rule ${rule.id} failed: ${describe(error)}` });
    return [];
  }
}

function findingOf(report: Report, { rule, severity }: ActiveRule, { file, dialect }: FileFacts): Finding {
  return {
    file,
    range: report.range,
    ruleId: rule.id,
    severity: severityOf(report.severity ?? rule.severity, severity),
    confidence: confidenceOf(report.confidence ?? 'certain', dialect),
    message: report.message,
    hint: report.hint ?? rule.hint,
    path: report.path ?? [],
    fixes: report.fixes ?? [],
  };
}

/** A configured severity applies to every finding of the rule but the hints, which stay hints. */
function severityOf(own: Severity, configured: Severity | undefined): Severity {
  return configured === undefined || own === 'hint' ? own : configured;
}

/** Types in plain JavaScript are inferred: one level less sure. */
function confidenceOf(own: Confidence, dialect: FileFacts['dialect']): Confidence {
  return dialect === 'javascript' && own === 'certain' ? 'likely' : own;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
