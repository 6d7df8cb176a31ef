import { asObject } from '#protocol/lsp.ts';

/** `InitializationOptions` (protocol/lsp.ts) with the defaults filled in. */
export interface ServerOptions {
  readonly isTrusted: boolean;
  readonly canExplainRule: boolean;
  readonly canShowTrace: boolean;
  readonly settings: unknown;
  /** 0 to 5000 ms. */
  readonly debounceMs: number;
  readonly reportAnalyses: boolean;
}

/** Long enough that a fast typist is not analyzed at each key, short enough that nobody waits. */
const defaultDebounceMs = 100;

/** Parses what a client sent; what is missing or wrong gets its default. */
export function parseOptions(raw: unknown): ServerOptions {
  const { isTrusted, canExplainRule, canShowTrace, settings, debounceMs, reportAnalyses } = asObject(raw);
  return {
    isTrusted: isTrusted === true,
    canExplainRule: canExplainRule === true,
    canShowTrace: canShowTrace === true,
    settings,
    debounceMs: typeof debounceMs === 'number' && debounceMs >= 0 ? Math.min(debounceMs, 5000) : defaultDebounceMs,
    reportAnalyses: reportAnalyses === true,
  };
}
