import { readFileSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const file = join(tmpdir(), 'rubato-sample-history.txt');

/**
 * Adds a line to the history.
 * @param {number} words
 */
export async function remember(words) {
  // Nobody waits: the line may come after it was read.
  appendFile(file, `${words}\n`);
  if (isLong()) console.log('a long history');
}

/** All lines so far; none when there is no history yet. */
export async function readHistory() {
  try {
    return (await readFile(file, 'utf8')).split('\n').filter(Boolean);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return [];
  }
}

async function isLong() {
  return (await readHistory()).length > 1000;
}

/** For reports that are made while a server runs. */
export async function lastLine() {
  return readFileSync(file, 'utf8').trimEnd().split('\n').at(-1);
}
