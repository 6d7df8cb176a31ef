import type { TraceModel } from '#trace/model.ts';
import type { Resolve } from '#trace/sourcePlace.ts';

/** What an exporter may need besides the model. */
export interface ExportContext {
  readonly resolve: Resolve;
  /** Base name of what ran, for titles. */
  readonly command: string;
  /** Rubato's version. */
  readonly version: string;
}

/** Turns a trace into a file of another tool. Pure; the result is written as it is, text as UTF-8. */
export type Exporter = (model: TraceModel, context: ExportContext) => string | Uint8Array;

/** Formats of other tools, each loaded when it is asked for. The key is the value of `--format`. */
export const exporters: Readonly<Record<string, () => Promise<Exporter>>> = {};
