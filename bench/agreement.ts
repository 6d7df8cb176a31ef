import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './peers.ts';
import type { ProjectCopy } from './projectCopy.ts';

/** How two linters differ about floating promises, by file and line. */
export interface Agreement {
  /** Number of lines that both report. */
  readonly both: number;
  readonly onlyOurs: readonly Difference[];
  readonly onlyTheirs: readonly Difference[];
}

export interface Difference extends Place {
  /** The line itself, trimmed. */
  readonly source: string;
  /** Why ours differs on purpose; `undefined` when nobody knows yet. */
  readonly reason: string | undefined;
}

export function agreement(project: ProjectCopy, ours: readonly Place[], theirs: readonly Place[]): Agreement {
  const [our, their] = [byLine(ours), byLine(theirs)];
  const missingIn = (other: ReadonlyMap<string, Place>, all: ReadonlyMap<string, Place>): Place[] =>
    [...all].flatMap(([key, place]) => (other.has(key) ? [] : [place]));
  return {
    both: [...our.keys()].filter((key) => their.has(key)).length,
    onlyOurs: missingIn(their, our).map((place) => ({ ...place, ...sourceAt(project, place), reason: whyOurs(place) })),
    onlyTheirs: missingIn(our, their).map((place) => {
      const at = sourceAt(project, place);
      return { ...place, ...at, reason: whyTheirs(at.source) };
    }),
  };
}

function byLine(places: readonly Place[]): ReadonlyMap<string, Place> {
  return new Map(places.map((place) => [`${place.file}:${place.line}`, place]));
}

function sourceAt({ root }: ProjectCopy, { file, line }: Place): { readonly source: string } {
  return { source: readFileSync(join(root, file), 'utf8').split('\n')[line - 1]?.trim() ?? '' };
}

/** The messages of ours that report more than the peers, as its documentation says. */
function whyOurs({ message }: Place): string | undefined {
  if (message.startsWith('The handler of')) return 'the handler always throws again';
  return message.startsWith('`await` of the array') ? 'await of an array of promises' : undefined;
}

/** The limits of ours, recognized by the look of the line. */
function whyTheirs(source: string): string | undefined {
  if (registersTest.test(source)) return 'registers a test: the runner waits';
  if (calledInPlace.test(source)) return 'called where it is written, and cannot reject';
  return takesCallback.test(source) ? 'returns a promise only without a callback, and gets one' : undefined;
}

const registersTest =
  /^(?:\w+\.)?[xf]?(?:test|it|describe|suite|before|after|beforeEach|afterEach|beforeAll|afterAll)(?:\.\w+)*\(/;
const calledInPlace = /^[;!]?\((?:async\b|function\b|\(\) =>)/;
const takesCallback = /(?:=>|\bfunction\b[^)]*\)) \{?$|, (?:callback|cb|done|next)\);?$/;
