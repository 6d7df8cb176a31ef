/** The shape of a rule. Documentation, settings schema and tests are made from it. */
import type { FileFacts } from './facts.ts';
import type { Confidence, PathStep, Range, Severity } from './finding.ts';
import type { FixIntent } from './fixes.ts';
import type { Program } from './graph/program.ts';

/** Languages that have, or will have, a frontend. */
export type Language = 'typescript' | 'python';

/** Groups of facts. `program` includes functions, calls, failures and handlers of every file. */
export type Need =
  | 'discarded'
  | 'voided'
  | 'conditions'
  | 'try-returns'
  | 'bindings'
  | 'handlers'
  | 'callbacks'
  | 'program';

/** What a rule yields; the pipeline adds file, rule id, severity and hint. */
export interface Report {
  readonly range: Range;
  readonly message: string;
  /** Lowers (never raises) the rule's severity for this one finding, for example through a helper. */
  readonly severity?: Severity;
  /** Default `certain`; findings in plain JavaScript are lowered by the pipeline. */
  readonly confidence?: Confidence;
  /** Overrides the rule's hint. */
  readonly hint?: string;
  readonly path?: readonly PathStep[];
  readonly fixes?: readonly FixIntent[];
}

/** Values of a rule's options after validation: every declared option is present. */
export type RuleOptions = Readonly<Record<string, OptionValue>>;
export type OptionValue = string | boolean | number | readonly string[];

/** One option of a rule: its JSON type follows from the default value. */
export interface OptionSpec {
  readonly description: string;
  readonly default: OptionValue;
  /** Allowed values, for string options. */
  readonly values?: readonly string[];
}

/** Settings that are not a single rule's. */
export interface AnalysisSettings {
  /** Calls whose promises may float, on top of the built-in list: `module#name`, `module#*`, or a bare global name. */
  readonly knownSafeCalls: readonly string[];
}

/** What a rule may read: the facts of one file and the summaries of the whole program. */
export interface RuleContext {
  readonly facts: FileFacts;
  readonly program: Program;
  readonly options: RuleOptions;
  readonly settings: AnalysisSettings;
}

/** One snippet per entry. Bad ones carry `//^^^ part of the message` marks under the reported range; good ones none. */
export interface Examples {
  readonly bad: readonly string[];
  readonly good: readonly string[];
}

export interface Rule {
  /** Kebab-case noun phrase: the bug, not the ban. For ever; renamed only with an alias. */
  readonly id: string;
  readonly severity: Severity;
  /** One sentence: what is wrong. */
  readonly summary: string;
  /** Why it matters. */
  readonly rationale: string;
  /** How to repair it, one sentence. */
  readonly hint: string;
  readonly languages: readonly Language[];
  /** Which facts the rule reads, so that nothing is collected that no active rule needs. */
  readonly needs: readonly Need[];
  readonly options?: Readonly<Record<string, OptionSpec>>;
  /** What the rule deliberately ignores, so that nobody "completes" it. */
  readonly limits: readonly string[];
  readonly examples: Partial<Readonly<Record<Language, Examples>>>;
  check(ctx: RuleContext): Iterable<Report>;
}

/** Identity function that checks the shape of a rule and keeps its literal types. */
export function defineRule(rule: Rule): Rule {
  return rule;
}
