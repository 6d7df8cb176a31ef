/** Evidence written by hand: what a run of some sources would have shown, told by the words that stand there. */
import assert from 'node:assert/strict';
import { contentHash } from '#protocol/contentHash.ts';
import type { Distribution, EvidenceFile, FunctionEvidence, FunctionPlace, Observation } from '#protocol/evidence.ts';

/** `head` names the function around it; an offset of `undefined` leaves it out. */
type Given = Partial<Omit<Observation, 'offset'>> & { readonly head?: string; readonly offset?: undefined };

/** One call of a method for each thing the run showed. */
export class TracedRun {
  readonly #sources: Readonly<Record<string, string>>;
  readonly #given: Partial<EvidenceFile>;
  readonly #functions: FunctionEvidence[] = [];
  readonly #observations: Observation[] = [];

  /** @param sources texts as they ran, by relative path */
  constructor(sources: Readonly<Record<string, string>>, given: Partial<EvidenceFile> = {}) {
    this.#sources = sources;
    this.#given = given;
  }

  get file(): EvidenceFile {
    return {
      version: 1,
      startedAt: 1_000_000,
      durationMs: 4200,
      command: 'node main.ts',
      mode: 'trace',
      limits: [],
      ...this.#given,
      functions: this.#functions,
      observations: this.#observations,
    };
  }

  /** @param head the first words of the function, from `async` or its name on */
  loaded(file: string, head: string, entered: number, duration?: Distribution): this {
    const took = duration === undefined ? {} : { duration };
    this.#functions.push({ ...this.#place(file, head), isAsync: true, entered, ...took });
    return this;
  }

  /** A function that is not async. */
  loadedSync(file: string, head: string): this {
    this.#functions.push({ ...this.#place(file, head), isAsync: false });
    return this;
  }

  /** @param words where it happened; `head` names the function around it, absent for the top level */
  saw(file: string, words: string, given: Given): this {
    const { head, offset: _offset, ...rest } = given;
    const text = this.#text(file);
    const start = head === undefined ? 0 : startOf(text, head);
    const at = indexOf(text, words, start);
    this.#observations.push({
      kind: 'blocked',
      file,
      ...position(text, at),
      ...('offset' in given ? {} : { offset: at - start }),
      label: words,
      count: 1,
      ...(head === undefined ? {} : { function: this.#place(file, head) }),
      ...rest,
    });
    return this;
  }

  /** Where words stand, as a caller in a stack. */
  callerAt(file: string, words: string): NonNullable<Observation['callers']>[number] {
    const text = this.#text(file);
    return { file, ...position(text, indexOf(text, words)), name: 'caller' };
  }

  #place(file: string, head: string): FunctionPlace {
    const text = this.#text(file);
    const start = startOf(text, head);
    return {
      file,
      name: /\w+$/.exec(head)?.[0] ?? head,
      line: position(text, start).line,
      hash: contentHash(text.slice(start, endOf(text, start))),
    };
  }

  #text(file: string): string {
    const text = this.#sources[file];
    assert.ok(text !== undefined, `no source ${file}`);
    return text;
  }
}

/** ms of `count` times that took the same. */
export function each(ms: number, count = 1): Distribution {
  return { count, p50: ms, p95: ms, max: ms };
}

function indexOf(text: string, words: string, from = 0): number {
  const at = text.indexOf(words, from);
  assert.ok(at >= 0, `"${words}" is not in the source`);
  return at;
}

/** `export` is a part of a function's text. */
function startOf(text: string, head: string): number {
  const at = indexOf(text, head);
  return text.slice(0, at).endsWith('export ') ? at - 'export '.length : at;
}

function position(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** The first brace at the beginning of a line closes the function; an arrow without braces ends before `;`. */
function endOf(text: string, start: number): number {
  const arrow = /^(?!(?:export )?(?:async )?function)[^{};]*=> (?!\{)[^;]*(?=;)/.exec(text.slice(start));
  return arrow === null ? indexOf(text, '\n}', start) + 2 : start + arrow[0].length;
}
