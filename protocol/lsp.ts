/** What Rubato's language server and its clients say to each other beyond the Language Server Protocol. */

/** `initializationOptions` of our own client. Every field may be absent: other editors send none. */
export interface InitializationOptions {
  /** Whether the user trusts the workspace. Absent counts as not trusted. */
  readonly isTrusted?: boolean;
  /** The client has the command `rubato.explainRule`, so code actions may offer it. */
  readonly canExplainRule?: boolean;
  /** The client has the command `rubato.showTrace`, so code lenses may call it. */
  readonly canShowTrace?: boolean;
  /** Settings for clients that do not answer `workspace/configuration`. */
  readonly settings?: unknown;
  /** Quiet time after a keystroke before the file is analyzed, in ms. Default 100. */
  readonly debounceMs?: number;
  /** Send `analyzedNotification` after each analysis. */
  readonly reportAnalyses?: boolean;
}

/** Client to server, `TrustParams`: trust was granted. */
export const trustNotification = 'rubato/trust';
export interface TrustParams {
  readonly isTrusted: boolean;
}

/** Server to client, `StatusParams`: something that the status item shows has changed. */
export const statusNotification = 'rubato/status';
export interface StatusParams {
  readonly state: ServerState;
  /** Engine and version of TypeScript, for example `native 7.0.2`; absent until the first file is analyzed. */
  readonly engine?: string;
  /** Open files with results. */
  readonly openFiles: number;
  /** Findings in these files. */
  readonly findings: number;
  /** Absent when no run says anything of an open file. */
  readonly evidence?: EvidenceStatus;
  /** One sentence for the user, where the state needs one. */
  readonly message?: string;
}

/** What runs showed of the open files. */
export interface EvidenceStatus {
  /** End of the newest run, ms since 1970. */
  readonly endedAt: number;
  /** Findings in open files that a run confirmed. */
  readonly confirmed: number;
  /** Findings in open files that only a run knows. */
  readonly observed: number;
}

/** `stopped`: the analysis ended too often and waits for the user to restart it. */
export type ServerState = 'starting' | 'analyzing' | 'ready' | 'stopped';

/** Server to client, `AnalyzedParams`: an analysis of one version of a file is done and its diagnostics are published. */
export const analyzedNotification = 'rubato/analyzed';
export interface AnalyzedParams {
  readonly uri: string;
  readonly version: number;
  /** `local`: only what the file itself tells; `program`: the whole program is known. */
  readonly scope: AnalysisScope;
  /** From taking the job up to its result, without debounce, in ms. */
  readonly ms: number;
  readonly findings: number;
}
export type AnalysisScope = 'local' | 'program';

/** Request client to server, `ExplainParams` -> `Explanation | null`: a rule's page, `null` when there is no such rule. */
export const explainRequest = 'rubato/explainRule';
export interface ExplainParams {
  readonly ruleId: string;
}
export interface Explanation {
  /** Markdown without HTML, headings from level 1. */
  readonly markdown: string;
}

/** Request client to server, no params -> `RuleSummary[]`: all rules, sorted by id. */
export const rulesRequest = 'rubato/rules';
export interface RuleSummary {
  readonly id: string;
  readonly summary: string;
}

/**
 * Request client to server, `RunFindingsParams` -> `RunFindings`: findings of files that took part in a run, open or not, and what the run says
 * to them. Files are analyzed one by one whenever nothing else is to be done, so it may take long; cancel it when nobody wants it any more.
 */
export const runFindingsRequest = 'rubato/runFindings';
export interface RunFindingsParams {
  /** URI of the folder that files are relative to. */
  readonly root: string;
  /** Forward slashes. Those outside all workspace folders, without code, or ignored by the settings have no findings. */
  readonly files: readonly string[];
  /** Name of the folder in the root's `.rubato/runs`: what only this run says, nothing while it has left no evidence. Absent: the last runs, as in diagnostics. */
  readonly run?: string;
}
export interface RunFindings {
  /** File by file as asked for, each sorted by place. */
  readonly findings: readonly RunFinding[];
  /** Nothing is missing: neither files nor findings above the bounds, and no analysis failed. */
  readonly isWhole: boolean;
}
/** A finding as the panel shows it: `FindingSource` of the trace. Severity and suppressions are those of the diagnostics. */
export interface RunFinding {
  readonly ruleId: string;
  readonly severity: 'error' | 'warning' | 'hint';
  readonly message: string;
  /** `none`: nothing is known. */
  readonly verdict: 'confirmed' | 'not-observed' | 'stale' | 'none';
  /** One line; may be empty. */
  readonly evidence: string;
  /** `file` as asked for; line and column from 1, UTF-16. */
  readonly at: { readonly file: string; readonly line: number; readonly column: number; readonly isInside: true };
}
export const runFindingsLimits = { files: 300, findings: 2000 } as const;

/** Command of the client that shows a rule's page; its one argument is the rule's id, or absent to let the user choose. */
export const explainRuleCommand = 'rubato.explainRule';

/** Command of the client that shows the last trace, at the tasks of the function that its one argument names, `ShowTraceParams`. */
export const showTraceCommand = 'rubato.showTrace';
export interface ShowTraceParams {
  readonly uri: string;
  /** Line of the function's name as the text is now, from 1. */
  readonly line: number;
  readonly name: string;
}

/** Kind of the code action that applies all safe fixes of a file. */
export const fixAllKind = 'source.fixAll.rubato';

/** Parses what came over the wire: an object, or the empty object. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
