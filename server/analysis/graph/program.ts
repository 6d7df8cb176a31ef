/** The whole program as rules see it: facts of every file and the summaries that follow calls. */
import type { CallIndex, FileFacts, FunctionFact } from '../facts.ts';
import type { FilePath } from '../finding.ts';
import { BlockingSummaries, type BlockingEdge } from './blocking.ts';
import { CallIndexByName, type NamedCallback } from './callIndex.ts';
import { bootOnly, type CallGraph } from './bootOnly.ts';
import { RejectionSummaries, type Rejection } from './rejection.ts';
import { testOnly } from './testOnly.ts';
import { refKey, Resolver, SymbolCache, type AskSymbols, type FunctionRef, type Resolved } from './resolver.ts';

export type { BlockingEdge, FunctionRef, Rejection, Resolved };

export class Program {
  readonly files: ReadonlyMap<FilePath, FileFacts>;
  readonly #resolver: Resolver;
  #index: CallIndexByName | undefined;
  #blocking: BlockingSummaries | undefined;
  #rejections: RejectionSummaries | undefined;
  readonly #boot = new Map<string, boolean>();

  constructor(files: ReadonlyMap<FilePath, FileFacts>, ask: AskSymbols, cache: SymbolCache = new SymbolCache()) {
    this.files = files;
    this.#resolver = new Resolver(files, ask, cache);
  }

  functionOf({ file, index }: FunctionRef): FunctionFact | undefined {
    return this.files.get(file)?.functions[index];
  }

  /** Where a call leads. */
  resolve(file: FilePath, call: CallIndex): Resolved {
    return this.#resolver.resolve(file, [call])[0] ?? { kind: 'unknown' };
  }

  /** What a function handed over by name is. */
  resolveName(file: FilePath, node: number): Resolved {
    return this.#resolver.resolveNames(file, [node])[0] ?? { kind: 'unknown' };
  }

  /** Calls in a function that block the thread, directly or through helpers; those of callbacks it runs itself included. */
  blockingCalls(fn: FunctionRef): readonly BlockingEdge[] {
    this.#blocking ??= new BlockingSummaries(this.files, this.#resolver, this.#calls);
    return this.#blocking.edgesOf(fn);
  }

  /** Steps from a blocking call to the primitive, the primitive last. */
  blockingPath(edge: BlockingEdge): ReturnType<BlockingSummaries['pathOf']> {
    return this.#blocking?.pathOf(edge) ?? [];
  }

  /** The primitive that a blocking call ends in. */
  blockingApi(edge: BlockingEdge): BlockingEdge['api'] {
    return this.#blocking?.apiOf(edge);
  }

  /** Whether calling the function can end in a rejection (or a throw, for sync functions), and how. */
  rejection(fn: FunctionRef): Rejection {
    this.#rejections ??= new RejectionSummaries(this.files, this.#resolver);
    return this.#rejections.of(fn);
  }

  /** Whether the promise (or result) of one call can fail, and how. */
  callRejection(file: FilePath, call: CallIndex): Rejection {
    this.#rejections ??= new RejectionSummaries(this.files, this.#resolver);
    return this.#rejections.ofCall(file, call);
  }

  /** Whether the function runs only while the program starts: every caller is a module's top level or runs only then. */
  isBootOnly(fn: FunctionRef): boolean {
    const key = refKey(fn);
    let result = this.#boot.get(key);
    if (result === undefined) this.#boot.set(key, (result = bootOnly(fn, this.#graph)));
    return result;
  }

  /** Whether the function runs only in tests: it stands in one, or each caller does. */
  isTestOnly(fn: FunctionRef): boolean {
    return testOnly(fn, this.#graph);
  }

  /** Whether some call of the program leads to the function. */
  isCalled(fn: FunctionRef): boolean {
    return this.#calls.callsOf(fn, this.functionOf(fn)?.key, this.#resolver).length > 0;
  }

  /** Places that hand the function over by name. */
  handedOver(fn: FunctionRef): readonly NamedCallback[] {
    return this.#calls.callbacksOf(fn, this.functionOf(fn)?.key, this.#resolver);
  }

  get #graph(): CallGraph {
    return { files: this.files, resolver: this.#resolver, calls: this.#calls };
  }

  get #calls(): CallIndexByName {
    this.#index ??= new CallIndexByName(this.files);
    return this.#index;
  }
}
