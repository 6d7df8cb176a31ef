import { contentHash } from '#protocol/contentHash.ts';
import { evidenceVersion, type EvidenceFile, type FunctionEvidence, type Observation } from '#protocol/evidence.ts';

/** Evidence of so many functions of a generated project, those of the long file first: each ran, waited three times, and every second one cost time. */
export function generatedEvidence(files: Readonly<Record<string, string>>, count: number): EvidenceFile {
  const byLength = Object.entries(files).toSorted(([, a], [, b]) => b.length - a.length);
  const functions = byLength.flatMap(([file, text]) => functionsOf(file, text)).slice(0, count);
  return {
    version: evidenceVersion,
    startedAt: Date.now() - 60_000,
    durationMs: 4200,
    command: 'node main.ts',
    mode: 'trace',
    limits: [],
    functions,
    observations: functions.flatMap((each, index) => observationsOf(each, index)),
  };
}

/** The generator writes each function at the beginning of a line, and closes it by a brace there. */
function functionsOf(file: string, text: string): readonly FunctionEvidence[] {
  return Array.from(text.matchAll(/^export async function (\w+)[^]*?\n\}/gm), (match) => ({
    file,
    name: match[1] ?? '',
    line: text.slice(0, match.index).split('\n').length,
    hash: contentHash(match[0]),
    isAsync: true,
    entered: 120,
    duration: { count: 120, p50: 12, p95: 34, max: 412 },
  }));
}

function observationsOf(place: FunctionEvidence, index: number): readonly Observation[] {
  const { file, name, line, hash = '' } = place;
  const durationMs = { count: 120, p50: 12, p95: 34, max: 412 };
  const at = { file, line: line + 1, column: 3, count: 120, durationMs, function: { file, name, line, hash } };
  const awaited = [100, 140, 180].map((offset) => ({ ...at, kind: 'awaited' as const, offset, label: 'await' }));
  return index % 2 === 0 ? awaited : [...awaited, { ...at, kind: 'blocked', offset: 80, label: 'text' }];
}
