/**
 * Which functions block the thread, bottom-up from the blocking primitives: a caller is looked at only when it calls a name that is
 * already affected. Breadth first, so the first path found to a primitive is a shortest one. Stops at async functions: they are
 * where a finding stands, and their callers wait instead of blocking (the part before their first await is accepted as a loss).
 */
import { findBlockingApi, isBlockingName, type BlockingApi } from '../catalog/blockingApis.ts';
import type { CallFact, CallIndex, FileFacts, FunctionFact } from '../facts.ts';
import type { FilePath, PathStep, Place } from '../finding.ts';
import { groupByFile, type CallIndexByName, type NamedCallback } from './callIndex.ts';
import { refKey, type FunctionRef, type Resolved, type Resolver } from './resolver.ts';

/** A call that blocks. */
export interface BlockingEdge {
  readonly file: FilePath;
  readonly call: CallIndex;
  /** Set when the call itself is the primitive. */
  readonly api: BlockingApi | undefined;
  /** The helper that blocks otherwise. */
  readonly callee: FunctionRef | undefined;
  /** Set when the primitive itself is handed over by name, as in `paths.filter(existsSync)`: where it stands. */
  readonly handed?: Place;
  /** The callee is a function written in place that the call runs before it returns, such as the callback of `map`. */
  readonly isInPlace: boolean;
  /** Some step goes through an interface member. */
  readonly isPossible: boolean;
}

export class BlockingSummaries {
  readonly #files: ReadonlyMap<FilePath, FileFacts>;
  readonly #resolver: Resolver;
  readonly #calls: CallIndexByName;
  /** All blocking calls by the function they stand in; the first is on a shortest path. */
  readonly #edges = new Map<string, BlockingEdge[]>();

  constructor(files: ReadonlyMap<FilePath, FileFacts>, resolver: Resolver, calls: CallIndexByName) {
    this.#files = files;
    this.#resolver = resolver;
    this.#calls = calls;
    this.#propagate(this.#seed());
  }

  edgesOf(fn: FunctionRef): readonly BlockingEdge[] {
    return this.#edges.get(refKey(fn)) ?? [];
  }

  /** Steps behind a blocking call, the primitive last. */
  pathOf(edge: BlockingEdge): readonly PathStep[] {
    const chain = this.#chain(edge);
    const steps = chain.map((at) => this.#step(at));
    const last = chain.at(-1);
    if (last?.handed === undefined || last.api === undefined) return steps;
    return [...steps, { ...last.handed, label: `${last.api.name} blocks the event loop` }];
  }

  /** The primitive that a blocking call ends in. */
  apiOf(edge: BlockingEdge): BlockingApi | undefined {
    return this.#chain(edge).at(-1)?.api;
  }

  #chain(edge: BlockingEdge): BlockingEdge[] {
    const chain: BlockingEdge[] = [];
    const seen = new Set<string>();
    let at: BlockingEdge | undefined = edge;
    while (at !== undefined) {
      chain.push(at);
      const next: FunctionRef | undefined = at.callee;
      if (next === undefined || seen.has(refKey(next))) break;
      seen.add(refKey(next));
      at = this.edgesOf(next)[0];
    }
    return chain;
  }

  #step({ file, call, api, handed }: BlockingEdge): PathStep {
    const fact = this.#callFact(file, call);
    const owner = this.#files.get(file)?.functions[fact?.function ?? 0]?.name ?? 'module';
    const isPrimitive = api !== undefined && handed === undefined;
    const label = isPrimitive
      ? `${fact?.callee ?? api.name} blocks the event loop`
      : `${owner} calls ${fact?.callee ?? ''}`;
    return { file, range: fact?.range ?? { start: 0, end: 0 }, label };
  }

  #seed(): FunctionRef[] {
    const names = [...this.#calls.names()].filter(isBlockingName);
    const found: FunctionRef[] = [];
    for (const [file, calls] of groupByFile(names.flatMap((name) => this.#calls.calls(name)))) {
      const resolved = this.#resolver.resolve(
        file,
        calls.map(({ call }) => call),
      );
      calls.forEach(({ call }, position) => {
        const fact = this.#callFact(file, call);
        const api = fact === undefined ? undefined : apiOf(resolved[position], fact);
        if (fact === undefined || api === undefined) return;
        if (
          this.#addEdge(
            { file, index: fact.function },
            { file, call, api, callee: undefined, isInPlace: false, isPossible: false },
          )
        ) {
          found.push({ file, index: fact.function });
        }
      });
    }
    return [...found, ...this.#seedHanded()];
  }

  /** Primitives handed to something that calls them at once: `paths.filter(existsSync)`. */
  #seedHanded(): FunctionRef[] {
    const names = this.#calls.callbackNames().filter(isBlockingName);
    return names.flatMap((name) => this.#calls.callbacks(name)).flatMap((callback) => this.#seedCallback(callback));
  }

  #seedCallback({ file, node, call, range, isSync }: NamedCallback): FunctionRef[] {
    const fact = isSync ? this.#callFact(file, call) : undefined;
    const [resolved] = this.#resolver.resolveNames(file, [node]);
    const api = fact === undefined ? undefined : apiOf(resolved, fact);
    if (fact === undefined || api === undefined) return [];
    const owner = { file, index: fact.function };
    const edge = { file, call, api, callee: undefined, handed: { file, range }, isInPlace: false, isPossible: false };
    return this.#addEdge(owner, edge) ? [owner] : [];
  }

  #propagate(seeds: readonly FunctionRef[]): void {
    let wave = seeds;
    while (wave.length > 0) wave = wave.flatMap((fn) => this.#callers(fn));
  }

  /** Functions that newly block because they call this one. */
  #callers(fn: FunctionRef): FunctionRef[] {
    const fact = this.#functionFact(fn);
    if (fact === undefined || fn.index === 0) return [];
    const inPlace = this.#callerInPlace(fn, fact);
    if (fact.isAsync || fact.isGenerator) return [];
    const calls = this.#calls.callsOf(fn, fact.key, this.#resolver);
    const byName = calls.flatMap(({ file, call, isPossible }) =>
      this.#edge(file, call, fn, { isInPlace: false, isPossible }),
    );
    const handed = this.#calls
      .callbacksOf(fn, fact.key, this.#resolver)
      .filter(({ isSync, call }) => isSync && call >= 0)
      .flatMap(({ file, call }) => this.#edge(file, call, fn, { isInPlace: false, isPossible: false }));
    return [...inPlace, ...byName, ...handed];
  }

  /** Callbacks that run at once, and immediately called functions, block the function they stand in. */
  #callerInPlace(fn: FunctionRef, fact: FunctionFact): FunctionRef[] {
    if (fact.isAsync || fact.isGenerator) return [];
    if (fact.role === 'sync-callback' && fact.passedTo !== undefined) {
      return this.#edge(fn.file, fact.passedTo.call, fn, { isInPlace: true, isPossible: false });
    }
    const calls = fact.isImmediatelyCalled ? (this.#files.get(fn.file)?.calls ?? []) : [];
    const at = calls.findIndex(({ target }) => target.kind === 'function' && target.index === fn.index);
    return at < 0 ? [] : this.#edge(fn.file, at, fn, { isInPlace: true, isPossible: false });
  }

  #edge(
    file: FilePath,
    call: CallIndex,
    callee: FunctionRef,
    how: Pick<BlockingEdge, 'isInPlace' | 'isPossible'>,
  ): FunctionRef[] {
    const fact = this.#callFact(file, call);
    if (fact === undefined) return [];
    const owner = { file, index: fact.function };
    const isPossible = how.isPossible || this.edgesOf(callee)[0]?.isPossible === true;
    return this.#addEdge(owner, { file, call, api: undefined, callee, isInPlace: how.isInPlace, isPossible })
      ? [owner]
      : [];
  }

  /** @returns whether this is the function's first blocking call */
  #addEdge(fn: FunctionRef, edge: BlockingEdge): boolean {
    const key = refKey(fn);
    const edges = this.#edges.get(key);
    if (edges === undefined) {
      this.#edges.set(key, [edge]);
      return true;
    }
    if (!edges.some(({ call, callee }) => call === edge.call && sameRef(callee, edge.callee))) edges.push(edge);
    return false;
  }

  #callFact(file: FilePath, call: CallIndex): CallFact | undefined {
    return this.#files.get(file)?.calls[call];
  }

  #functionFact({ file, index }: FunctionRef): FunctionFact | undefined {
    return this.#files.get(file)?.functions[index];
  }
}

function apiOf(resolved: Resolved | undefined, call: CallFact): BlockingApi | undefined {
  return resolved?.kind === 'external' ? findBlockingApi(resolved, call) : undefined;
}

function sameRef(a: FunctionRef | undefined, b: FunctionRef | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && refKey(a) === refKey(b));
}
