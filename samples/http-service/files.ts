import { readFileSync } from 'node:fs';

/** Fine while the program starts; a helper that spreads from there. */
export function readText(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}
