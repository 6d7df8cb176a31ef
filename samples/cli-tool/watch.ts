import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { countFile } from './count.ts';

/** Says how many words a file has whenever it changes. */
export function watchFolder(folder: string): void {
  const watcher = watch(folder);
  // By now somebody waits: this listener blocks the loop for every change.
  watcher.on('change', (_, name) => {
    console.log(`${name}: ${countFile(join(folder, String(name)))} words`);
  });
  // This one does the same without blocking, and says so when it fails.
  watcher.on('change', (_, name) => {
    readFile(join(folder, String(name)), 'utf8').then(
      (text) => console.log(`${name}: ${text.split('\n').length} lines`),
      (error: unknown) => console.error(error),
    );
  });
  process.once('SIGINT', () => watcher.close());
}
