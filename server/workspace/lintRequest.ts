import type { FilePath } from '#analysis/finding.ts';
import type { EngineName } from '#analysis/frontends/typescript/engine.ts';
import type { LocatedFinding, LocatedProblem } from '#analysis/report.ts';
import type { ConfigurationData } from './configurationText.ts';

/** What to judge and how. Plain data, so that it can go to another thread. */
export interface LintRequest {
  /** Absolute path that written paths are relative to. */
  readonly cwd: FilePath;
  /** Files, folders and globs as a person wrote them. */
  readonly paths: readonly string[];
  readonly engine: 'auto' | EngineName;
  /** Used for all files instead of searching. */
  readonly configFile?: FilePath | undefined;
  /** Settings over those of the configuration files. */
  readonly extra?: ConfigurationData | undefined;
  readonly useIgnores: boolean;
  /** `list`: findings carry all their fixes, which costs time; `apply`: safe ones are written to the files and the rest is reported. */
  readonly fixes: 'none' | 'list' | 'apply';
  /** A text to judge alone, in place of what is on the disk under that name, where there need be nothing. `paths` is empty then. */
  readonly buffer?: Buffered | undefined;
  /** Evidence of runs as a person wrote it: `.rubato` folders, folders that hold one, evidence files. */
  readonly evidence?: readonly string[] | undefined;
}

/** A text that is not on the disk, such as the standard input. */
export interface Buffered {
  readonly file: FilePath;
  readonly content: Uint8Array;
}

/** What the caller hears and says while it waits. */
export interface LintObserver {
  /** Asked between files; `true` ends the run after what is known by then. */
  isCanceled(): boolean;
  /** Files judged so far, and in all. */
  progress(done: number, total: number): void;
  /** One line for the log: which engine and why, or the stack of a bug. */
  log(line: string): void;
}

/** A run that findings are joined with. */
export interface EvidenceRun {
  /** Wall clock, ms since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly command: string;
  readonly limits: readonly string[];
}

/** Some files' results. A run gives its results in parts, so that an interrupted one has something to show. */
export interface LintPart {
  /** With absolute paths. */
  readonly findings: readonly LocatedFinding[];
  readonly problems: readonly LocatedProblem[];
  /** Files judged in this part. */
  readonly fileCount: number;
  /** Named files that the configuration ignores. */
  readonly ignoredCount: number;
  /** Files rewritten by safe fixes. */
  readonly fixedFiles: readonly FilePath[];
  /** Files that should have been rewritten and could not be; a problem says why. */
  readonly unfixedFiles: readonly FilePath[];
  /** Newest first; empty in all parts but one, and in all when no evidence was asked for. */
  readonly runs: readonly EvidenceRun[];
}

export const emptyPart: LintPart = {
  findings: [],
  problems: [],
  fileCount: 0,
  ignoredCount: 0,
  fixedFiles: [],
  unfixedFiles: [],
  runs: [],
};
