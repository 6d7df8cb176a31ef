import type { LintRequest } from '#workspace/lintRequest.ts';

/** How a report can be written. */
export const formats = ['stylish', 'json', 'sarif', 'github'] as const;
export type Format = (typeof formats)[number];

/** Options of `rubato lint` as the command line gives them. */
export interface LintOptions {
  readonly format: Format;
  readonly outputFile?: string;
  readonly engine: LintRequest['engine'];
  readonly rule?: readonly string[];
  readonly maxWarnings?: number;
  readonly quiet?: boolean;
  readonly fix?: boolean;
  readonly stdin?: boolean;
  readonly stdinFilename?: string;
  readonly config?: string;
  /** `false` with --no-ignore. */
  readonly ignore: boolean;
  readonly category: string;
  readonly evidence?: readonly string[];
  readonly failOn?: readonly string[];
  readonly verbose?: boolean;
}

export interface LintEnvironment {
  /** The script of the thread that judges. */
  readonly workerScript: URL;
  readonly version: string;
}
