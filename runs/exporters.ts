import type { Exporter } from '#trace/export/exporter.ts';

/** Formats of other tools, each loaded when it is asked for. The key is the value of `--format`. */
export const exporters: Readonly<Record<string, () => Promise<Exporter>>> = {
  chrome: async () => (await import('#trace/export/chrome.ts')).exportChrome,
  perfetto: async () => (await import('#trace/export/perfetto.ts')).exportPerfetto,
  otlp: async () => (await import('#trace/export/otlp.ts')).exportOtlp,
};
