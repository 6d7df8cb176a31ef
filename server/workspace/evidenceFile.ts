import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { parseEvidence, type ParsedEvidence } from '#analysis/evidence/parseEvidence.ts';
import type { FilePath } from '#analysis/finding.ts';

/** Where `rubato run` leaves the evidence of the last run, from the folder it was started in. */
export const evidenceFolder = '.rubato';
export const evidenceName = 'evidence.json';

/** Above it a file was not written by `rubato run`, and reading it costs gigabytes. */
const maxBytes = 64 * 1024 * 1024;

/** Reads an evidence file, which anybody may have written. What cannot be read is refused with the reason, in a clause of its own. Never rejects. */
export async function readEvidenceFile(file: FilePath): Promise<ParsedEvidence> {
  const read = await readText(file);
  if ('reason' in read) return { kind: 'refused', reason: read.reason };
  const parsed = parse(read.text);
  return parsed.kind === 'refused' ? { kind: 'refused', reason: `the file ${parsed.reason}` } : parsed;
}

async function readText(file: FilePath): Promise<{ readonly text: string } | { readonly reason: string }> {
  try {
    // A named pipe would wait for its writer.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) return { reason: 'it is not a regular file' };
      if (stats.size > maxBytes) return { reason: tooLarge(stats.size) };
      return { text: await handle.readFile('utf8') };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { reason: `the file cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function tooLarge(bytes: number): string {
  return `the file has ${Math.round(bytes / 1024 / 1024)} MiB, above the limit of ${maxBytes / 1024 / 1024} MiB`;
}

function parse(text: string): ParsedEvidence {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the file, which may hold anything.
    return { kind: 'refused', reason: 'is damaged: it is no JSON' };
  }
  return parseEvidence(value);
}
