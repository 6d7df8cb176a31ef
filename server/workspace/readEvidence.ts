import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { EvidenceSource } from '#analysis/evidence/evidenceIndex.ts';
import type { FilePath } from '#analysis/finding.ts';
import type { LocatedProblem } from '#analysis/report.ts';
import { evidenceFolder, evidenceName, readEvidenceFile } from './evidenceFile.ts';
import { noteOn } from './locateProblem.ts';
import { nameOf, parentOf, realPath, toFilePath, upward } from './paths.ts';
import { UserError } from './userError.ts';

/**
 * Reads evidence that a person named: an evidence file, a folder that holds one (`.rubato`, or one of its runs), or a folder with a `.rubato`.
 * @throws UserError when one is missing, cannot be read, or is none
 */
export async function readEvidence(
  written: readonly string[],
  cwd: FilePath,
): Promise<{ readonly sources: readonly EvidenceSource[]; readonly problems: readonly LocatedProblem[] }> {
  const sources: EvidenceSource[] = [];
  const problems: LocatedProblem[] = [];
  for (const each of new Set(written)) {
    const file = await findEvidence(each, cwd);
    const parsed = await readEvidenceFile(file);
    if (parsed.kind === 'refused') throw new UserError(`--evidence ${each}: ${parsed.reason}`);
    sources.push({ evidence: parsed.evidence, folder: await rootOf(file, cwd) });
    if (parsed.dropped > 0) problems.push(noteOn(file, droppedNote(parsed.dropped)));
  }
  return { sources, problems };
}

function droppedNote(count: number): string {
  return count === 1
    ? '1 entry is not well formed: left out'
    : `${count} entries are not well formed, or too many: left out`;
}

async function findEvidence(written: string, cwd: FilePath): Promise<FilePath> {
  const path = toFilePath(cwd, written);
  const stats = await statOf(path);
  if (stats === undefined)
    throw new UserError(`--evidence ${written}: nothing is there; \`rubato run\` writes evidence into .rubato`);
  if (!stats.isDirectory()) return (await realPath(path)) ?? path;
  const folders = [path, `${path}/${evidenceFolder}`];
  for (const folder of folders) {
    const file = await realPath(`${folder}/${evidenceName}`);
    if (file !== undefined) return file;
  }
  throw new UserError(
    `--evidence ${written}: the folder holds no ${evidenceName}, nor a ${evidenceFolder} with one; \`rubato run\` writes it when the program has ended`,
  );
}

async function statOf(path: FilePath): Promise<Stats | undefined> {
  // Whatever the reason, there is nothing to read.
  return stat(path).catch(() => undefined);
}

/** Paths start where the folder `.rubato` lies, whatever it is called; in a file that was moved elsewhere, where the command was started. */
async function rootOf(file: FilePath, cwd: FilePath): Promise<FilePath> {
  const folder = parentOf(file);
  // The evidence of one run, `runs/<name>`, and that of the last one.
  if (nameOf(parentOf(folder)) === 'runs') return parentOf(parentOf(parentOf(folder)));
  if ((await statOf(`${folder}/runs`))?.isDirectory() === true) return parentOf(folder);
  const found = [...upward(folder)].find((each) => nameOf(each) === evidenceFolder);
  return found === undefined ? cwd : parentOf(found);
}
