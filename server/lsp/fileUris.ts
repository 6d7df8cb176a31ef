import type { FilePath } from '#analysis/finding.ts';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Path of a `file:` URI with forward slashes; `undefined` for other schemes and for what is no URI, whatever a client sends. */
export function pathOfUri(uri: unknown): FilePath | undefined {
  if (typeof uri !== 'string' || !uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri).replaceAll('\\', '/');
  } catch {
    // A host, an encoded slash or a broken escape: such a file cannot be read here.
    return undefined;
  }
}

export function uriOfPath(path: FilePath): string {
  return pathToFileURL(path).href;
}
