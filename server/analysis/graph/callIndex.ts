/** Calls and handed-over functions by the name they use, so that summaries look only where an affected name occurs. */
import type { CallbackSink, CallIndex, FileFacts, FunctionIndex, NodeId } from '../facts.ts';
import type { FilePath, Range } from '../finding.ts';
import { refKey, type FunctionRef, type Resolver } from './resolver.ts';

export interface NamedCall {
  readonly file: FilePath;
  readonly call: CallIndex;
}

/** A function handed over by name. */
export interface NamedCallback {
  readonly file: FilePath;
  readonly node: NodeId;
  /** Where the function is handed over. */
  readonly range: Range;
  readonly function: FunctionIndex;
  readonly call: CallIndex;
  readonly sink: CallbackSink;
  /** Name of what takes it: `get` for `app.get(…, handler)`. */
  readonly receiver: string;
  readonly isSync: boolean;
}

/** More second names than this say that a name means nothing. */
const MAX_NAMES = 200;

export class CallIndexByName {
  readonly #calls = new Map<string, NamedCall[]>();
  readonly #callbacks = new Map<string, NamedCallback[]>();
  readonly #renames = new Map<string, string[]>();

  constructor(files: ReadonlyMap<FilePath, FileFacts>) {
    for (const { file, calls, callbacks, renames } of files.values()) {
      for (const { from, to } of renames) add(this.#renames, from, to);
      calls.forEach(({ name, target }, call) => {
        add(this.#calls, name, { file, call });
        const exported = target.kind === 'import' ? (target.name.split('.').at(-1) ?? '') : '';
        if (exported !== '' && exported !== name) add(this.#calls, exported, { file, call });
      });
      for (const { callback, name, node, range, sink, receiver, call, function: owner } of callbacks) {
        const isSync = sink === 'array-iteration' || sink === 'array-transform';
        if (callback < 0)
          add(this.#callbacks, name, { file, node, range, function: owner, call, sink, receiver, isSync });
      }
    }
  }

  names(): Iterable<string> {
    return this.#calls.keys();
  }

  callbackNames(): string[] {
    return [...this.#callbacks.keys()];
  }

  callbacks(name: string): readonly NamedCallback[] {
    return this.#callbacks.get(name) ?? [];
  }

  calls(name: string): readonly NamedCall[] {
    return this.#calls.get(name) ?? [];
  }

  /** All names that may stand for a key, the key first. Names are few and short, so a bound on their number is enough. */
  #namesOf(key: string): string[] {
    const names = new Set([key]);
    for (const name of names) {
      if (names.size > MAX_NAMES) break;
      for (const other of this.#renames.get(name) ?? []) names.add(other);
    }
    return [...names];
  }

  /** Calls that lead to a function; asks the compiler once per file that has calls of the name. */
  callsOf(
    fn: FunctionRef,
    key: string | undefined,
    resolver: Resolver,
  ): (NamedCall & { readonly isPossible: boolean })[] {
    if (key === undefined) return [];
    const candidates = this.#namesOf(key).flatMap((name) => this.calls(name));
    return [...groupByFile(candidates)].flatMap(([file, named]) => {
      const resolved = resolver.resolve(
        file,
        named.map(({ call }) => call),
      );
      return named.flatMap((item, position) => {
        const target = resolved[position];
        if (target?.kind !== 'functions' || !target.functions.some((ref) => refKey(ref) === refKey(fn))) return [];
        return [{ ...item, isPossible: target.isPossible }];
      });
    });
  }

  /** Places that hand the function over by name. */
  callbacksOf(fn: FunctionRef, key: string | undefined, resolver: Resolver): NamedCallback[] {
    const named = key === undefined ? [] : this.#namesOf(key).flatMap((name) => this.#callbacks.get(name) ?? []);
    return named.filter(({ file, node }) => {
      const [target] = resolver.resolveNames(file, [node]);
      return target?.kind === 'functions' && target.functions.some((ref) => refKey(ref) === refKey(fn));
    });
  }
}

export function groupByFile<T extends { readonly file: FilePath }>(items: readonly T[]): Map<FilePath, T[]> {
  const groups = new Map<FilePath, T[]>();
  for (const item of items) add(groups, item.file, item);
  return groups;
}

function add<T>(map: Map<string, T[]>, key: string, item: T): void {
  const items = map.get(key);
  if (items === undefined) map.set(key, [item]);
  else items.push(item);
}
