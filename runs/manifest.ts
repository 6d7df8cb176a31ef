import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runFolder, type RunManifest } from '#protocol/runFolder.ts';
import { readText } from './readText.ts';

const maxBytes = 64 * 1024;

/** What the folder of a run says of it; `undefined` when it says nothing that can be used. Throws nothing. */
export async function readManifest(folder: string): Promise<RunManifest | undefined> {
  const text = await readText(path.join(folder, runFolder.manifest), maxBytes);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isManifest(value) ? value : undefined;
  } catch {
    // Cut off, or not ours.
    return undefined;
  }
}

/** @throws the error of the file system when it cannot be written */
export async function writeManifest(folder: string, manifest: RunManifest): Promise<void> {
  await writeFile(path.join(folder, runFolder.manifest), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

function isManifest(value: unknown): value is RunManifest {
  if (typeof value !== 'object' || value === null) return false;
  const { version, startedAt, command, mode, endedAt, pid } = {
    version: 0,
    startedAt: 0,
    command: 0,
    mode: 0,
    endedAt: 0,
    pid: 0,
    ...value,
  };
  return (
    version === 1 &&
    typeof command === 'string' &&
    typeof mode === 'string' &&
    [startedAt, endedAt, pid].every((number) => typeof number === 'number')
  );
}
