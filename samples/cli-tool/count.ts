import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Words by file. Used at the start and, less wisely, by the watcher. */
export function countAll(folder: string): ReadonlyMap<string, number> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.md') || name.endsWith('.ts'));
  return new Map(files.map((name) => [name, countFile(join(folder, name))]));
}

export function countFile(file: string): number {
  return readFileSync(file, 'utf8').split(/\s+/).length;
}
