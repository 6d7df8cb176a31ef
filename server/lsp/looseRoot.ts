import type { FilePath } from '#analysis/finding.ts';
import { parentOf } from '#workspace/paths.ts';
import { repositoryRoot } from '#workspace/repository.ts';
import { settingsOf, type ServerSettings } from './settings.ts';

/** Root of the program that takes a file without tsconfig: its repository, else its workspace folder, else its own folder. */
export async function looseRoot(file: FilePath, settings: ServerSettings): Promise<FilePath> {
  const folder = parentOf(file);
  return (await repositoryRoot(folder)) ?? settingsOf(settings, file).root ?? folder;
}
