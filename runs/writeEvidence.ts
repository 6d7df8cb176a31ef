import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runFolder } from '#protocol/runFolder.ts';
import { evidenceOf, type EvidenceContext } from '#trace/evidenceOf.ts';
import type { TraceModel } from '#trace/model.ts';
import { withFileHashes } from './withFileHashes.ts';

/** Where evidence goes. */
export interface EvidenceTarget {
  /** Folder of the run, `<root>/.rubato/runs/<name>`. */
  readonly folder: string;
  /** Folder that places are relative to, absolute. */
  readonly root: string;
}

/**
 * Writes `evidence.json` into the folder of the run and two folders above it. Returns a clause that says why it could not be written, or
 * `undefined`. Throws nothing.
 */
export async function writeEvidence(
  model: TraceModel,
  context: EvidenceContext,
  { folder, root }: EvidenceTarget,
): Promise<string | undefined> {
  const evidence = await withFileHashes(evidenceOf(model, context), root);
  const text = `${JSON.stringify(evidence)}\n`;
  const ofRun = await replaceFile(path.join(folder, runFolder.evidence), text);
  return ofRun ?? (await replaceFile(path.join(folder, '..', '..', runFolder.evidence), text));
}

/** Readers see the old or the new text, never a part. */
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
