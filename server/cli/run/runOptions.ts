import type { TraceMode } from '#protocol/messages.ts';

/** Options of `rubato run` as the command line gives them. */
export interface RunOptions {
  readonly mode: TraceMode;
  readonly blockMs?: number;
  readonly includeLibraries?: boolean;
  readonly includeTools?: boolean;
  readonly maxProcesses?: number;
  /** Bytes of trace per process. */
  readonly maxSize?: number;
  readonly deepSeconds?: number;
  /** Folder for traces and evidence. */
  readonly output: string;
  /** Folder of the program's own files. */
  readonly root: string;
  readonly quiet?: boolean;
  /** Port or file for Prometheus. */
  readonly prometheus?: string;
  /** `false` with --no-evidence. */
  readonly evidence: boolean;
}

const units: Readonly<Record<string, number>> = { kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/** A size such as `256mb`, in bytes; `undefined` for anything else. */
export function parseSize(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmg]b)$/.exec(text.toLowerCase()) ?? [];
  const factor = units[unit];
  return factor === undefined ? undefined : Math.floor(Number(number) * factor);
}
