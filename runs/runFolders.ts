import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runFolder, type RunManifest } from '#protocol/runFolder.ts';

const keptRuns = 10;
/** A run that has not ended by then never will. */
const abandonedMs = 24 * 60 * 60 * 1000;
/** Names that `newRunFolder` gives: time (UTC) and process id. */
const ownName = /^\d{8}-\d{6}-\d+$/;

/**
 * Makes the folder of a new run below `output`, for this user alone, and removes all but the last ten. Returns its path.
 * @throws the error of the file system when that cannot be
 */
export async function newRunFolder(output: string, manifest: RunManifest): Promise<string> {
  const runs = path.join(output, runFolder.runs);
  const folder = path.join(runs, nameOf(manifest.startedAt));
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  await writeFile(path.join(output, '.gitignore'), '*\n');
  await writeManifest(folder, manifest);
  await removeOldRuns(runs, manifest.startedAt);
  return folder;
}

/** @throws the error of the file system when it cannot be written */
export async function writeManifest(folder: string, manifest: RunManifest): Promise<void> {
  await writeFile(path.join(folder, runFolder.manifest), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

function nameOf(time: number): string {
  const digits = new Date(time).toISOString().replaceAll(/\D/g, '');
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${process.pid}`;
}

async function removeOldRuns(runs: string, now: number): Promise<void> {
  const names = (await readdir(runs)).filter((name) => ownName.test(name)).toSorted();
  for (const name of names.slice(0, -keptRuns)) {
    const folder = path.join(runs, name);
    if (await isOver(folder, now)) await rm(folder, { recursive: true, force: true });
  }
}

/** Whether a folder is a run of ours that has ended. What has no manifest is not ours to remove. */
async function isOver(folder: string, now: number): Promise<boolean> {
  try {
    const manifest: unknown = JSON.parse(await readFile(path.join(folder, runFolder.manifest), 'utf8'));
    return isManifest(manifest) && (manifest.endedAt !== undefined || manifest.startedAt < now - abandonedMs);
  } catch {
    return false;
  }
}

function isManifest(value: unknown): value is RunManifest {
  return (
    typeof value === 'object' && value !== null && 'version' in value && value.version === 1 && 'startedAt' in value
  );
}
