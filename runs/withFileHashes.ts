import { stat } from 'node:fs/promises';
import path from 'node:path';
import { contentHash } from '#protocol/contentHash.ts';
import type { EvidenceFile, Observation } from '#protocol/evidence.ts';
import { readText } from './readText.ts';

/** Files that are read for it; a stack names few. */
const maxFiles = 500;
const maxBytes = 1024 * 1024;

/**
 * Adds `fileHash` to what happened in functions without a hash, of which only the line is known: a function that is not async and holds nothing that is
 * recorded. Files that were written since the run began get none. `root`: the folder that paths are relative to. Throws nothing.
 */
export async function withFileHashes(evidence: EvidenceFile, root: string): Promise<EvidenceFile> {
  const files = new Set(evidence.observations.filter(needsHash).map(({ file }) => file));
  const hashes = new Map<string, string>();
  for (const file of [...files].slice(0, maxFiles)) {
    const hash = await hashOf(path.join(root, file), evidence.startedAt);
    if (hash !== undefined) hashes.set(file, hash);
  }
  const observations = evidence.observations.map((each) => {
    const fileHash = needsHash(each) ? hashes.get(each.file) : undefined;
    return fileHash === undefined ? each : { ...each, fileHash };
  });
  return { ...evidence, observations };
}

function needsHash({ function: around }: Observation): boolean {
  return around?.hash === undefined && around?.fileHash === undefined;
}

async function hashOf(file: string, startedAt: number): Promise<string | undefined> {
  // A file that is gone has no text to hash.
  const stats = await stat(file).catch(() => undefined);
  if (stats === undefined || stats.mtimeMs > startedAt) return undefined;
  const text = await readText(file, maxBytes);
  return text === undefined ? undefined : contentHash(text.replace(/^\uFEFF/, ''));
}
