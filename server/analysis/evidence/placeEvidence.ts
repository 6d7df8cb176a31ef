import { contentHash } from '#protocol/contentHash.ts';
import type { FunctionEvidence, FunctionPlace, Observation } from '#protocol/evidence.ts';
import type { FileFacts, FunctionIndex } from '../facts.ts';
import type { Range } from '../finding.ts';
import { lineAt, lineStart, textLines, type TextLines } from '../textLines.ts';
import type { FileEvidence } from './evidenceIndex.ts';

/** A file as it is now. */
export interface SourceFacts extends Pick<FileFacts, 'file' | 'functions' | 'isWorker'> {
  readonly text: string;
}

/** Evidence of one run put on the text as it is now: only what ran in this very text has a place. */
export interface PlacedEvidence {
  readonly run: number;
  readonly lines: TextLines;
  /** Functions whose text is the one that ran. */
  readonly functions: ReadonlyMap<FunctionIndex, PlacedFunction>;
  readonly observations: readonly PlacedObservation[];
  /** Observations whose place is not found in the text as it is now. */
  readonly misplaced: readonly Observation[];
  /** Names of functions that ran in another text, or are gone. */
  readonly changedNames: ReadonlySet<string>;
  readonly below: FileEvidence['below'];
}

export interface PlacedFunction {
  /** As it was when it ran. */
  readonly place: FunctionPlace;
  /** Absent when the run tells only what happened in it. */
  readonly evidence?: FunctionEvidence;
  /** Offset of its first token, as the run counts. */
  readonly start: number;
}

export interface PlacedObservation {
  readonly observation: Observation;
  readonly offset: number;
  /** `false`: the line is right, the column may not be: stacks and source maps are not that precise. */
  readonly isExact: boolean;
  /** Innermost function around it, 0 for the top level. */
  readonly function: FunctionIndex;
}

/** What was placed before, as long as somebody holds the text and the run: an editor asks again with each keystroke in another file. */
const placedBefore = new WeakMap<SourceFacts, WeakMap<FileEvidence, PlacedEvidence>>();

/**
 * Finds the functions that are unchanged by the hash of their text, and places what happened in them. Costs a hash of each function; asked again
 * with the same two objects, nothing.
 */
export function placeEvidence(source: SourceFacts, evidence: FileEvidence): PlacedEvidence {
  const known = placedBefore.get(source) ?? new WeakMap<FileEvidence, PlacedEvidence>();
  const placed = known.get(evidence) ?? placeAnew(source, evidence);
  placedBefore.set(source, known.set(evidence, placed));
  return placed;
}

function placeAnew(source: SourceFacts, evidence: FileEvidence): PlacedEvidence {
  const lines = textLines(source.text);
  const places = placesOf(evidence);
  const isSameFile = hasSameText(source.text, places);
  const functions = isSameFile ? pairByLine(source, lines, places) : pairByHash(source, places);
  const starts = new Map([...functions.values()].map(({ place, start }) => [keyOf(place), start]));
  const ctx = { source, lines, starts, isSameFile, hash: hashOnce(source.text) };
  const placed = evidence.observations.map((observation) => placeObservation(observation, ctx));
  return {
    run: evidence.run,
    lines,
    functions,
    observations: placed.filter((each) => each !== undefined),
    misplaced: evidence.observations.filter((_, index) => placed[index] === undefined),
    changedNames: new Set([...places.values()].filter((each) => !starts.has(keyOf(each))).map(({ name }) => name)),
    below: evidence.below,
  };
}

/** Innermost function that holds an offset; 0 outside of functions. */
export function functionAt({ functions }: Pick<SourceFacts, 'functions'>, offset: number): FunctionIndex {
  // Functions are in the order of their first tokens, so the last that begins before the offset lies in the one that is looked for.
  let [low, high] = [0, functions.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((functions[middle]?.range.start ?? Infinity) <= offset) low = middle;
    else high = middle - 1;
  }
  while (low > 0 && (functions[low]?.range.end ?? 0) <= offset) low = functions[low]?.parent ?? 0;
  return Math.max(0, low);
}

const placesBefore = new WeakMap<FileEvidence, Places>();

/** Every function that the run names in this file, once. */
function placesOf(evidence: FileEvidence): Places {
  const places = placesBefore.get(evidence) ?? collectPlaces(evidence);
  placesBefore.set(evidence, places);
  return places;
}

function collectPlaces({ functions, observations }: FileEvidence): Places {
  const known = new Map<string, FunctionPlace & Partial<FunctionEvidence>>();
  for (const each of functions) known.set(keyOf(each), each);
  for (const { function: place } of observations)
    if (place !== undefined && !known.has(keyOf(place))) known.set(keyOf(place), place);
  return known;
}

type Places = ReadonlyMap<string, FunctionPlace & Partial<FunctionEvidence>>;

const keys = new WeakMap<FunctionPlace, string>();

/** Observations of one function carry an object each, and all of them are asked at each keystroke. */
function keyOf(place: FunctionPlace): string {
  const key = keys.get(place) ?? JSON.stringify([place.hash, place.line, place.name]);
  keys.set(place, key);
  return key;
}

/** Code that ran compiled: its lines hold as long as nothing of the file has changed. */
function hasSameText(text: string, places: Places): boolean {
  const [first] = [...places.values()].filter(({ fileHash }) => fileHash !== undefined);
  return first !== undefined && first.fileHash === contentHash(text);
}

function pairByLine({ functions, text }: SourceFacts, lines: TextLines, places: Places): PlacedEvidence['functions'] {
  const pairs = new Map<FunctionIndex, PlacedFunction>();
  for (const place of places.values()) {
    const onLine = [...functions.entries()].filter(
      ([index, { range }]) => index > 0 && !pairs.has(index) && lineAt(lines, range.start) === place.line - 1,
    );
    const [found] = onLine.toSorted(([, a], [, b]) => Number(isNamed(b, place)) - Number(isNamed(a, place)));
    if (found !== undefined && text.length > 0) pairs.set(found[0], placedFunction(place, found[1].range.start));
  }
  return pairs;
}

function isNamed({ name }: { readonly name: string }, place: FunctionPlace): boolean {
  return name === place.name || name.endsWith(`.${place.name}`) || place.name.endsWith(`.${name}`);
}

/** Functions with the same text are told apart by their order. */
function pairByHash(source: SourceFacts, places: Places): PlacedEvidence['functions'] {
  const wanted = new Map<string, (FunctionPlace & Partial<FunctionEvidence>)[]>();
  for (const place of [...places.values()].toSorted((a, b) => a.line - b.line)) {
    if (place.hash === undefined) continue;
    const same = wanted.get(place.hash);
    if (same === undefined) wanted.set(place.hash, [place]);
    else same.push(place);
  }
  const pairs = new Map<FunctionIndex, PlacedFunction>();
  for (const [index, { range }] of source.functions.entries()) {
    if (wanted.size === 0) break;
    // The hook hashes the same range: test/evidence/functionRange.test.ts.
    const place = wanted.get(contentHash(source.text.slice(range.start, range.end)))?.shift();
    if (place !== undefined) pairs.set(index, placedFunction(place, range.start));
  }
  return pairs;
}

function placedFunction(place: FunctionPlace & Partial<FunctionEvidence>, start: number): PlacedFunction {
  const { isAsync, entered, duration } = place;
  const evidence: FunctionEvidence | undefined =
    isAsync === undefined
      ? undefined
      : {
          ...place,
          isAsync,
          ...(entered === undefined ? {} : { entered }),
          ...(duration === undefined ? {} : { duration }),
        };
  return { place, start, ...(evidence === undefined ? {} : { evidence }) };
}

interface PlaceContext {
  readonly source: SourceFacts;
  readonly lines: TextLines;
  /** Where functions that the run names begin now, by `keyOf`. */
  readonly starts: ReadonlyMap<string, number>;
  readonly isSameFile: boolean;
  /** Of the whole text. */
  readonly hash: () => string;
}

function hashOnce(text: string): () => string {
  let hash: string | undefined;
  return () => (hash ??= contentHash(text));
}

function placeObservation(observation: Observation, ctx: PlaceContext): PlacedObservation | undefined {
  const at = offsetOf(observation, ctx);
  return at === undefined ? undefined : { ...at, observation, function: functionAt(ctx.source, at.offset) };
}

function offsetOf(
  observation: Observation,
  ctx: PlaceContext,
): Pick<PlacedObservation, 'offset' | 'isExact'> | undefined {
  const { lines, starts, isSameFile } = ctx;
  const { function: place, offset, line, column } = observation;
  if (place === undefined || (place.hash === undefined && !isSameFile)) return outside(observation, ctx);
  if (isSameFile) return { offset: atColumn(lines, line - 1, column - 1), isExact: false };
  const start = starts.get(keyOf(place));
  if (start === undefined) return isModule(place) ? outside(observation, ctx) : undefined;
  if (offset !== undefined) return { offset: start + offset, isExact: true };
  return { offset: atColumn(lines, lineAt(lines, start) + line - place.line, column - 1), isExact: false };
}

/** The top level of a module that awaits is a function named as its file. */
function isModule({ file, name, line }: FunctionPlace): boolean {
  return line === 1 && file.split('/').at(-1) === name;
}

function atColumn(lines: TextLines, line: number, column: number): number {
  return Math.min(lineStart(lines, line) + column, Math.max(lineStart(lines, line), lineStart(lines, line + 1) - 1));
}

/** At the top level, or in a function that the run has no hash of: the file is the same, or at least the same words stand there. */
function outside(
  { offset, line, column, label, fileHash }: Observation,
  { source: { text }, lines, hash }: PlaceContext,
): Pick<PlacedObservation, 'offset' | 'isExact'> | undefined {
  if (fileHash !== undefined && fileHash === hash())
    return { offset: atColumn(lines, line - 1, column - 1), isExact: false };
  const at = offset ?? lineStart(lines, line - 1) + column - 1;
  const words = (part: string) => part.replace(/\s+/g, ' ').trim();
  const isSame = label.length > 1 && words(text.slice(at, at + 400)).startsWith(words(label).replace(/…$/, ''));
  return isSame ? { offset: at, isExact: true } : undefined;
}

/** Whether an observation stands in a range: at a place inside, or on a line of it when only the line is known. */
export function isAt({ offset, isExact }: PlacedObservation, range: Range, lines: TextLines): boolean {
  if (range.start <= offset && offset < range.end) return true;
  const line = lineAt(lines, offset);
  return !isExact && lineAt(lines, range.start) <= line && line <= lineAt(lines, Math.max(range.start, range.end - 1));
}
