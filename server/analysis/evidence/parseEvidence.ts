import {
  evidenceVersion,
  type Distribution,
  type EvidenceFile,
  type FunctionEvidence,
  type FunctionPlace,
  type Observation,
  type ObservationKind,
} from '#protocol/evidence.ts';

/** Evidence as far as it can be trusted, or why it is none. */
export type ParsedEvidence =
  | {
      readonly kind: 'evidence';
      readonly evidence: EvidenceFile;
      /** Entries that were left out: not well formed, outside the folder, or above `maxEntries`. */
      readonly dropped: number;
    }
  /** `reason` goes on from the name of the file. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Entries that are read of each list; a run of a large program has some ten thousand. */
export const maxEntries = 200_000;

/** Checks what was read from an evidence file, which anybody may have written. Pure; throws nothing. */
export function parseEvidence(value: unknown): ParsedEvidence {
  if (!isRecord(value) || !isCount(value['version'])) return { kind: 'refused', reason: 'is no evidence of a run' };
  if (value['version'] !== evidenceVersion) {
    const reason = `has version ${value['version']}, and this Rubato reads version ${evidenceVersion}: run the program again`;
    return { kind: 'refused', reason };
  }
  const { startedAt, durationMs, command, mode, functions, observations } = value;
  if (!isAmount(startedAt) || !isAmount(durationMs) || !Array.isArray(functions) || !Array.isArray(observations))
    return { kind: 'refused', reason: 'is no evidence of a run' };
  const known = { functions: parseAll(functions, functionEvidence), observations: parseAll(observations, observation) };
  return {
    kind: 'evidence',
    evidence: {
      version: evidenceVersion,
      startedAt,
      durationMs,
      command: typeof command === 'string' && command !== '' ? cut(command) : 'a program',
      mode: typeof mode === 'string' ? cut(mode) : 'trace',
      limits: strings(value['limits'], 20),
      ...known,
    },
    dropped: functions.length - known.functions.length + observations.length - known.observations.length,
  };
}

function parseAll<T>(values: readonly unknown[], parse: (value: unknown) => T | undefined): readonly T[] {
  const kept: T[] = [];
  for (const value of values.slice(0, maxEntries)) {
    const parsed = parse(value);
    if (parsed !== undefined) kept.push(parsed);
  }
  return kept;
}

function functionPlace(value: unknown): FunctionPlace | undefined {
  if (!isRecord(value)) return undefined;
  const { file, name, line, hash, fileHash } = value;
  if (!isRelativePath(file) || typeof name !== 'string' || !isLine(line)) return undefined;
  return {
    file,
    name: cut(name),
    line,
    ...(isHash(hash) ? { hash } : {}),
    ...(isHash(fileHash) ? { fileHash } : {}),
  };
}

function functionEvidence(value: unknown): FunctionEvidence | undefined {
  const place = functionPlace(value);
  if (place === undefined || !isRecord(value)) return undefined;
  const duration = distribution(value['duration']);
  return {
    ...place,
    isAsync: value['isAsync'] === true,
    ...(isCount(value['entered']) ? { entered: value['entered'] } : {}),
    ...(duration === undefined ? {} : { duration }),
  };
}

const kinds: ReadonlySet<unknown> = new Set<ObservationKind>([
  'blocked',
  'called-blocking',
  'swallowed',
  'unhandled',
  'handled-late',
  'floated',
  'pending-at-exit',
  'lost',
  'awaited',
]);

function observation(value: unknown): Observation | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, file, line, column, label, count, offset, fileHash } = value;
  const isPlaced = isRelativePath(file) && isLine(line) && isLine(column);
  if (!isKind(kind) || !isPlaced || typeof label !== 'string' || !isCount(count) || count === 0) return undefined;
  const within = functionPlace(value['function']);
  if (within === undefined && value['function'] !== undefined) return undefined;
  const durationMs = distribution(value['durationMs']);
  const errorClasses = strings(value['errorClasses'], 5);
  return {
    kind,
    file,
    line,
    column,
    label: cut(label),
    count,
    callers: callers(value['callers']),
    ...(within === undefined ? {} : { function: within }),
    ...(isCount(offset) ? { offset } : {}),
    ...(isHash(fileHash) ? { fileHash } : {}),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(errorClasses.length === 0 ? {} : { errorClasses }),
  };
}

type Caller = NonNullable<Observation['callers']>[number];

/** A broken one ends the list: what is above it would stand below the wrong frame. */
function callers(value: unknown): readonly Caller[] {
  const kept: Caller[] = [];
  for (const each of Array.isArray(value) ? value.slice(0, 8) : []) {
    if (!isRecord(each) || !isRelativePath(each['file']) || !isLine(each['line']) || !isLine(each['column'])) break;
    const name = typeof each['name'] === 'string' ? cut(each['name']) : '';
    kept.push({ file: each['file'], line: each['line'], column: each['column'], name });
  }
  return kept;
}

function distribution(value: unknown): Distribution | undefined {
  if (!isRecord(value)) return undefined;
  const { count, p50, p95, max } = value;
  return isCount(count) && isAmount(p50) && isAmount(p95) && isAmount(max) ? { count, p50, p95, max } : undefined;
}

function strings(value: unknown, limit: number): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value.slice(0, limit) : [];
  return list.filter((each) => typeof each === 'string').map(cut);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isKind(value: unknown): value is ObservationKind {
  return kinds.has(value);
}

/** Below the folder: no absolute path, no drive, no way up, nothing that a file system reads in two ways. */
function isRelativePath(value: unknown): value is string {
  if (typeof value !== 'string' || value === '' || value.length > 1000 || /[\\\0:]/.test(value)) return false;
  return value.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{14}$/.test(value);
}

function isLine(value: unknown): value is number {
  return isCount(value) && value > 0;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && isAmount(value);
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function cut(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
