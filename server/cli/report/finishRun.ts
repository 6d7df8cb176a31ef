import type { RunManifest } from '#protocol/runFolder.ts';
import type { Style } from '#reporters/stylish.ts';
import { openTrace } from '#runs/openTrace.ts';
import { resolverOf } from '#runs/resolvePlaces.ts';
import { writeEvidence } from '#runs/writeEvidence.ts';
import type { TraceModel } from '#trace/model.ts';
import type { Resolve } from '#trace/sourcePlace.ts';
import { reportData } from './reportData.ts';
import { summaryText } from './summaryText.ts';

/** A run that is over, read back. */
export interface FinishedRun {
  readonly model: TraceModel;
  readonly resolve: Resolve;
  readonly manifest: RunManifest | undefined;
  /** A few lines for stderr: top blocks, stuck, rejections, losses; lines end with \n. */
  readonly summary: string;
  /** Why evidence.json could not be written; absent when it was. */
  readonly problem?: string;
}

export interface FinishOptions {
  /** Folder of the run, `<root>/.rubato/runs/<name>`, holding its trace (or segments) and manifest. */
  readonly folder: string;
  /** Folder that holds `.rubato`, absolute. */
  readonly root: string;
  /** Makes the summary stand out; absent: plain. */
  readonly style?: Style;
  /** Default: evidence is written. */
  readonly withEvidence?: boolean;
}

/** Reads a run's trace, writes `evidence.json` into its folder and two folders above it, and makes the summary. @throws RunError when there is no trace at all */
export async function finishRun({
  folder,
  root,
  style = plain,
  withEvidence = true,
}: FinishOptions): Promise<FinishedRun> {
  const { model, manifest, command } = await openTrace(folder, root);
  const resolve = await resolverOf(model, root.replaceAll('\\', '/'));
  const problem = withEvidence ? await writeEvidence(model, { resolve, command }, { folder, root }) : undefined;
  const summary = summaryText(reportData({ model, resolve, manifest, command }), { style, width: 120, top: 3 });
  return { model, resolve, manifest, summary, ...(problem === undefined ? {} : { problem }) };
}

const plain: Style = (_, text) => text;
