import { readText } from './files.ts';

export interface Settings {
  readonly title: string;
}

export function loadSettings(): Settings {
  return { title: readText('./README.md').split('\n')[0] ?? '' };
}
