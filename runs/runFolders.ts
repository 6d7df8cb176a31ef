import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runFolder, type RunManifest } from '#protocol/runFolder.ts';
import { readManifest, writeManifest } from './manifest.ts';
import { isAlive, tracedProcesses } from './processMarks.ts';

const keptRuns = 10;
/** A run that has not ended by then never will. */
const abandonedMs = 24 * 60 * 60 * 1000;
/** Names that `newRunFolder` gives: time (UTC) and process id, and a number when that process made several in one second. */
const ownName = /^\d{8}-\d{6}-\d+(?:-\d+)?$/;
const mostInOneSecond = 100;

/**
 * Makes the folder of a new run below `output`, for this user alone, and removes all but the last ten. Returns its path.
 * @throws the error of the file system when that cannot be
 */
export async function newRunFolder(output: string, manifest: RunManifest): Promise<string> {
  const runs = path.join(output, runFolder.runs);
  await mkdir(runs, { recursive: true });
  const folder = await makeFolder(path.join(runs, nameOf(manifest.startedAt)));
  await chmod(folder, 0o700);
  await writeFile(path.join(output, '.gitignore'), '*\n');
  await writeManifest(folder, manifest);
  await removeOldRuns(runs, manifest.startedAt);
  return folder;
}

/** With a number at the end when there is one of that name. */
async function makeFolder(wanted: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const folder = number === 1 ? wanted : `${wanted}-${number}`;
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      if (!isTaken || number >= mostInOneSecond) throw error;
    }
  }
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
  const manifest = await readManifest(folder);
  if (manifest === undefined || (await tracedProcesses(folder)).some(isAlive)) return false;
  return manifest.endedAt !== undefined || manifest.startedAt < now - abandonedMs;
}
