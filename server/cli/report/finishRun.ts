import type { RunManifest } from '#protocol/runFolder.ts';
import type { TraceModel } from '#trace/model.ts';
import type { Resolve } from '#trace/sourcePlace.ts';

/** A run that is over, read back. */
export interface FinishedRun {
  readonly model: TraceModel;
  readonly resolve: Resolve;
  readonly manifest: RunManifest | undefined;
  /** A few lines for stderr: top blocks, stuck, rejections, losses; lines end with \n. Empty when nothing was recorded. */
  readonly summary: string;
  /** Why evidence.json could not be written; absent when it was. */
  readonly problem?: string;
}

export interface FinishOptions {
  /** Folder of the run, `<root>/.rubato/runs/<name>`, holding its trace (or segments) and manifest. */
  readonly folder: string;
  /** Folder that holds `.rubato`. */
  readonly root: string;
  /** Colors for the summary, as `styleText`; absent: none. */
  readonly style?: (look: 'red' | 'yellow' | 'cyan' | 'green' | 'dim' | 'bold', text: string) => string;
}

/** Reads a run's trace, writes `.rubato/evidence.json` (atomically) and makes the summary. @throws UserError when there is no trace at all */
export async function finishRun(options: FinishOptions): Promise<FinishedRun> {
  throw new Error(`Not built yet: ${options.folder}`);
}
