/**
 * What calls lead to. Names and imports answer most calls; the rest is asked of the compiler in one batch per file, and only when
 * somebody wants to know. Answers are kept between versions of the program and dropped for what changed.
 */
import type { CallFact, CallIndex, FileFacts, FunctionFact, FunctionIndex, NodeId } from '../facts.ts';
import type { FilePath } from '../finding.ts';

/** A function of the program. */
export interface FunctionRef {
  readonly file: FilePath;
  readonly index: FunctionIndex;
}

/** Where a call leads. */
export type Resolved =
  | { readonly kind: 'functions'; readonly functions: readonly FunctionRef[]; readonly isPossible: boolean }
  /** Declared outside the program: module without `node:`, dotted name; `lib` for globals of the language. */
  | { readonly kind: 'external'; readonly module: string; readonly name: string }
  | { readonly kind: 'unknown' };

/** A compiler's answer about one name: see `SymbolRef` of the frontend, which has this shape. */
export interface NamedSymbol {
  readonly declarations: readonly { readonly file: FilePath; readonly node: NodeId }[];
  readonly name: string;
  readonly module: string | undefined;
}

/** Asks the compiler what names stand for, in the order of `nodes`. */
export type AskSymbols = (file: FilePath, nodes: readonly NodeId[]) => readonly (NamedSymbol | undefined)[];

const UNKNOWN: Resolved = { kind: 'unknown' };

/** Answers of the compiler by file and node. Owned by the analysis, so that it outlives one version of the program. */
export class SymbolCache {
  readonly #byFile = new Map<FilePath, Map<NodeId, NamedSymbol | undefined>>();

  of(file: FilePath): Map<NodeId, NamedSymbol | undefined> {
    let symbols = this.#byFile.get(file);
    if (symbols === undefined) this.#byFile.set(file, (symbols = new Map()));
    return symbols;
  }

  /** Forgets answers of a changed file, answers that point into it, and what was unknown: it may be known now. */
  forget(changed: ReadonlySet<FilePath>): void {
    for (const file of changed) this.#byFile.delete(file);
    for (const symbols of this.#byFile.values()) {
      for (const [node, symbol] of symbols) {
        if (symbol === undefined || symbol.declarations.some(({ file }) => changed.has(file))) symbols.delete(node);
      }
    }
  }
}

export class Resolver {
  readonly #files: ReadonlyMap<FilePath, FileFacts>;
  readonly #ask: AskSymbols;
  readonly #cache: SymbolCache;
  readonly #functions = new Map<string, FunctionRef>();
  readonly #methods = new Map<string, FunctionRef[]>();

  constructor(files: ReadonlyMap<FilePath, FileFacts>, ask: AskSymbols, cache: SymbolCache) {
    this.#files = files;
    this.#ask = ask;
    this.#cache = cache;
    for (const { file, functions } of files.values()) {
      functions.forEach((fact, index) => this.#register(fact, { file, index }));
    }
  }

  #register(fact: FunctionFact, ref: FunctionRef): void {
    for (const node of fact.declarations) this.#functions.set(`${ref.file}#${node}`, ref);
    if (fact.key === undefined || fact.heritage.length === 0) return;
    const methods = this.#methods.get(fact.key);
    if (methods === undefined) this.#methods.set(fact.key, [ref]);
    else methods.push(ref);
  }

  /** Resolves calls of one file, asking the compiler once for those that need it. */
  resolve(file: FilePath, calls: readonly CallIndex[]): Resolved[] {
    const facts = this.#files.get(file);
    const found = calls.map((index) => facts?.calls[index]);
    this.#prefetch(file, found);
    return found.map((call) => (call === undefined ? UNKNOWN : this.#resolved(file, call)));
  }

  /** What a name handed over as a value stands for. */
  resolveNames(file: FilePath, nodes: readonly NodeId[]): Resolved[] {
    this.#fetch(file, nodes);
    const symbols = this.#cache.of(file);
    return nodes.map((node) => this.#fromSymbol(symbols.get(node), '', UNKNOWN));
  }

  #prefetch(file: FilePath, calls: readonly (CallFact | undefined)[]): void {
    const open = calls.filter((call): call is CallFact => call !== undefined && needsCompiler(call));
    this.#fetch(
      file,
      open.map(({ node }) => node),
    );
  }

  #fetch(file: FilePath, nodes: readonly NodeId[]): void {
    const known = this.#cache.of(file);
    const missing = [...new Set(nodes)].filter((node) => !known.has(node));
    if (missing.length === 0) return;
    const symbols = this.#ask(file, missing);
    missing.forEach((node, index) => known.set(node, symbols[index]));
  }

  #resolved(file: FilePath, call: CallFact): Resolved {
    const { target } = call;
    if (target.kind === 'function')
      return { kind: 'functions', functions: [{ file, index: target.index }], isPossible: false };
    const named: Resolved = externalOf(call);
    if (!needsCompiler(call)) return named;
    return this.#fromSymbol(this.#cache.of(file).get(call.node), call.name, named);
  }

  #fromSymbol(symbol: NamedSymbol | undefined, name: string, fallback: Resolved): Resolved {
    if (symbol === undefined) return fallback;
    const functions = symbol.declarations.flatMap(({ file, node }) => this.#functions.get(`${file}#${node}`) ?? []);
    if (functions.length > 0) return { kind: 'functions', functions: unique(functions), isPossible: false };
    if (symbol.module !== undefined) return { kind: 'external', module: symbol.module, name: symbol.name };
    return this.#implementations(symbol, name || symbol.name) ?? fallback;
  }

  /** An interface or abstract member: methods of that name in classes that name the interface. */
  #implementations(symbol: NamedSymbol, name: string): Resolved | undefined {
    const owner = symbol.name.split('.').at(-2);
    const key = name.split('.').at(-1) ?? name;
    if (owner === undefined) return undefined;
    const functions = (this.#methods.get(key) ?? []).filter(
      (ref) => this.#factOf(ref)?.heritage.includes(owner) === true,
    );
    return functions.length === 0 ? undefined : { kind: 'functions', functions, isPossible: true };
  }

  #factOf({ file, index }: FunctionRef): FunctionFact | undefined {
    return this.#files.get(file)?.functions[index];
  }
}

/** Imports of packages and globals name themselves; relative imports and unknown receivers need the compiler. */
function needsCompiler({ target }: CallFact): boolean {
  if (target.kind === 'import') return /^[.#~@]|^\//.test(target.module) || !isBuiltin(target.module);
  return target.kind === 'unknown';
}

function externalOf({ target }: CallFact): Resolved {
  if (target.kind === 'import') return { kind: 'external', module: target.module, name: target.name };
  return target.kind === 'global' ? { kind: 'external', module: 'lib', name: target.name } : UNKNOWN;
}

/** Node's own modules, by their first segment and without the `node:` prefix. */
function isBuiltin(module: string): boolean {
  return BUILTINS.has(module.split('/')[0] ?? module);
}

const BUILTINS: ReadonlySet<string> = new Set(
  (
    'assert async_hooks buffer child_process cluster console crypto dgram diagnostics_channel dns domain events fs http http2 https ' +
    'inspector module net os path perf_hooks process punycode querystring readline repl stream string_decoder timers tls trace_events ' +
    'tty url util v8 vm wasi worker_threads zlib node:test node:sqlite'
  ).split(' '),
);

function unique(refs: readonly FunctionRef[]): FunctionRef[] {
  const seen = new Map(refs.map((ref) => [`${ref.file}#${ref.index}`, ref]));
  return [...seen.values()];
}

export function refKey({ file, index }: FunctionRef): string {
  return `${file}#${index}`;
}
