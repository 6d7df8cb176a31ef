import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EvidenceFile } from '#protocol/evidence.ts';
import { runFolder, type RunManifest } from '#protocol/runFolder.ts';
import type { Style } from '#reporters/stylish.ts';
import { evidenceOf } from '#trace/evidenceOf.ts';
import type { TraceModel } from '#trace/model.ts';
import type { Resolve } from '#trace/sourcePlace.ts';
import { openTrace } from './openTrace.ts';
import { reportData } from './reportData.ts';
import { resolverOf } from './resolvePlaces.ts';
import { summaryText } from './summaryText.ts';
import { withFileHashes } from './withFileHashes.ts';

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

/** Reads a run's trace, writes `evidence.json` into its folder and two folders above it, and makes the summary. @throws UserError when there is no trace at all */
export async function finishRun({
  folder,
  root,
  style = plain,
  withEvidence = true,
}: FinishOptions): Promise<FinishedRun> {
  const { model, manifest, command } = await openTrace(folder, root);
  const resolve = await resolverOf(model, root.replaceAll('\\', '/'));
  const evidence = async () => withFileHashes(evidenceOf(model, { resolve, command }), root);
  const problem = withEvidence ? await writeEvidence(folder, await evidence()) : undefined;
  const summary = summaryText(reportData({ model, resolve, manifest, command }), { style, width: 120, top: 3 });
  return { model, resolve, manifest, summary, ...(problem === undefined ? {} : { problem }) };
}

const plain: Style = (_, text) => text;

async function writeEvidence(folder: string, evidence: EvidenceFile): Promise<string | undefined> {
  const text = `${JSON.stringify(evidence)}\n`;
  const ofRun = await replaceFile(path.join(folder, runFolder.evidence), text);
  return ofRun ?? (await replaceFile(path.join(folder, '..', '..', runFolder.evidence), text));
}

/** Readers see the old or the new text, never a part. Returns why it could not be written. */
async function replaceFile(file: string, text: string): Promise<string | undefined> {
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(draft, text, { flag: 'wx' });
    await rename(draft, file);
    return undefined;
  } catch (error) {
    await rm(draft, { force: true });
    return `the evidence could not be written: ${error instanceof Error ? error.message : String(error)}`;
  }
}
