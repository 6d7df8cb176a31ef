import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Options {
  readonly folder: string;
  readonly target: string | undefined;
}

/** Reads settings beside the tool, if there are any. Only for the start. */
export function readOptions(): Options {
  const defaults = { folder: fileURLToPath(new URL('.', import.meta.url)), target: undefined };
  const file = new URL('./options.json', import.meta.url);
  return existsSync(file) ? { ...defaults, ...JSON.parse(readFileSync(file, 'utf8')) } : defaults;
}
