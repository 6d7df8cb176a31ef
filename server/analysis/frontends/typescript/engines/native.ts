/**
 * TypeScript 7's native compiler through its API: a Go process asked in batches over a pipe. A thin adapter over the wire
 * requests: syntax trees are used as they arrive and types by their ids, without the API's per-node and per-type objects.
 *
 * The request names are those of `typescript/unstable/sync` 7.0; `selfTest` of the caller decides whether they still fit.
 */
import { compareText, type FilePath, type Problem } from '../../../finding.ts';
import type { NodeId, ValueKind } from '../../../facts.ts';
import type {
  ArgumentAt,
  Compiler,
  CompilerProject,
  ExpectedReturn,
  FileChange,
  ProjectSource,
  SymbolRef,
} from '../engine.ts';
import { kindMap } from '../syntax/kinds.ts';
import { type SyntaxTree } from '../syntax/tree.ts';
import { TypeKinds } from '../typeKinds.ts';
import { ownSourcesOf } from './ownSource.ts';
import { looseSettings, typeRootsAbove } from './projectSettings.ts';
import { decodeTree, type DecodeText } from './nativeTree.ts';
import { NativeSymbols } from './nativeSymbols.ts';
import { nativeTypeReader, typeOf, type NativeFlags, type NativeType } from './nativeTypes.ts';
import { arrayOf, fieldOf, numberAt, stringsOf } from './wire.ts';

/** The two calls of the API's client that everything goes through. */
export interface NativeClient {
  apiRequest(method: string, params: unknown): unknown;
  apiRequestBinary(method: string, params: unknown): Uint8Array | undefined;
}

/** What the workspace found and started: see `server/workspace/openCompiler.ts`. */
export interface NativeCompiler {
  readonly version: string;
  readonly client: NativeClient;
  readonly decode: DecodeText;
  readonly syntaxKind: Readonly<Record<string, unknown>>;
  readonly flags: NativeFlags;
  /** Texts that differ from the disk; the compiler's file reads are answered from here first. */
  readonly overlay: Map<FilePath, string>;
  /** Writes a settings file where the compiler can read it and returns its path. */
  writeConfig(settings: object): FilePath;
  close(): void;
}

interface Snapshot {
  readonly id: number;
  readonly project: string;
}

export function nativeEngine(compiler: NativeCompiler): Compiler {
  compiler.client.apiRequest('initialize', null);
  const kinds = kindMap(compiler.syntaxKind);
  return {
    name: 'native',
    version: compiler.version,
    openProject: (source) => new NativeProject(compiler, kinds, source),
    dispose: () => compiler.close(),
  };
}

class NativeProject implements CompilerProject {
  readonly #compiler: NativeCompiler;
  readonly #kinds: Uint8Array;
  readonly #config: FilePath;
  readonly #isOwn: (file: FilePath) => boolean;
  readonly isCommonJs: boolean;
  #snapshot: Snapshot;
  #types: TypeKinds<NativeType, number>;
  #symbols: NativeSymbols;
  #files: readonly FilePath[] | undefined;
  #trees = new Map<FilePath, SyntaxTree>();
  #rawKinds = new Map<FilePath, Uint16Array>();

  constructor(compiler: NativeCompiler, kinds: Uint8Array, source: ProjectSource) {
    this.#compiler = compiler;
    this.#kinds = kinds;
    const config = configOf(compiler, source);
    this.#config = config.file;
    this.isCommonJs = config.module === COMMON_JS;
    this.#isOwn = ownSourcesOf(source);
    this.#snapshot = this.#openSnapshot({ openProjects: [this.#config] });
    this.#types = this.#newTypes();
    this.#symbols = this.#newSymbols();
  }

  get files(): readonly FilePath[] {
    this.#files ??= stringsOf(this.#ask('getSourceFileNames', {})).filter(this.#isOwn).toSorted(compareText);
    return this.#files;
  }

  problems(files: readonly FilePath[]): readonly Problem[] {
    const wanted = new Set(files);
    const config = arrayOf(this.#ask('getConfigFileParsingDiagnostics', {}));
    const syntax =
      files.length > WHOLE_PROGRAM ? this.#syntaxOfProgram() : files.flatMap((file) => this.#syntaxOf(file));
    return [...config, ...syntax]
      .flatMap(problemOf)
      .filter(({ file }) => file === undefined || wanted.has(file) || file.endsWith('.json'));
  }

  #syntaxOfProgram(): readonly unknown[] {
    return arrayOf(this.#ask('getSyntacticDiagnostics', {}));
  }

  #syntaxOf(file: FilePath): readonly unknown[] {
    return arrayOf(this.#ask('getSyntacticDiagnostics', { file }));
  }

  tree(file: FilePath): SyntaxTree | undefined {
    const known = this.#trees.get(file);
    if (known !== undefined) return known;
    const encoded = this.#compiler.client.apiRequestBinary('getSourceFile', { ...this.#where(), file });
    if (encoded === undefined) return undefined;
    const tree = decodeTree(encoded, this.#kinds, this.#compiler.decode);
    // One tree is kept: the questions of a file follow its walk at once, and a whole program of trees would not fit in memory.
    this.#trees.clear();
    this.#trees.set(file, tree);
    this.#rawKinds.set(file, tree.rawKinds());
    return tree;
  }

  valueKinds(file: FilePath, nodes: readonly NodeId[]): readonly ValueKind[] {
    if (nodes.length === 0) return [];
    const types = arrayOf(this.#ask('getTypeAtLocations', { locations: this.#handles(file, nodes) }));
    return nodes.map((_, index) => this.#types.valueKind(typeOf(types[index])));
  }

  expectedReturns(file: FilePath, nodes: readonly NodeId[]): readonly ExpectedReturn[] {
    return this.#handles(file, nodes).map((location) =>
      this.#types.expectedReturn(typeOf(this.#ask('getContextualType', { location }))),
    );
  }

  areCallable(file: FilePath, nodes: readonly NodeId[]): readonly boolean[] {
    if (nodes.length === 0) return [];
    const types = arrayOf(this.#ask('getTypeAtLocations', { locations: this.#handles(file, nodes) }));
    return nodes.map((_, index) => this.#types.isCallable(typeOf(types[index])));
  }

  acceptsPromise(file: FilePath, places: readonly ArgumentAt[]): readonly boolean[] {
    if (places.length === 0) return [];
    const locations = this.#handles(
      file,
      places.map(({ callee }) => callee),
    );
    const types = arrayOf(this.#ask('getTypeAtLocations', { locations }));
    return places.map(({ argument }, index) => this.#types.acceptsPromise(typeOf(types[index]), argument));
  }

  symbols(file: FilePath, nodes: readonly NodeId[]): readonly (SymbolRef | undefined)[] {
    if (nodes.length === 0) return [];
    const symbols = arrayOf(this.#ask('getSymbolsAtLocations', { locations: this.#handles(file, nodes) }));
    return nodes.map((_, index) => this.#symbols.resolve(symbols[index]));
  }

  update(changes: readonly FileChange[]): void {
    const { overlay } = this.#compiler;
    for (const { file, text } of changes) {
      if (text === undefined) overlay.delete(file);
      else overlay.set(file, text);
      this.#trees.delete(file);
      this.#rawKinds.delete(file);
    }
    const previous = this.#snapshot;
    this.#snapshot = this.#openSnapshot({ fileChanges: { changed: changes.map(({ file }) => file) } });
    this.#compiler.client.apiRequest('release', { snapshot: previous.id });
    this.#files = undefined;
    this.#types = this.#newTypes();
    this.#symbols = this.#newSymbols();
  }

  dispose(): void {
    this.#trees.clear();
    this.#compiler.client.apiRequest('release', { snapshot: this.#snapshot.id });
    const closed = this.#compiler.client.apiRequest('updateSnapshot', { closeProjects: [this.#config] });
    this.#compiler.client.apiRequest('release', { snapshot: numberAt(closed, 'snapshot') });
  }

  #openSnapshot(params: object): Snapshot {
    const data = this.#compiler.client.apiRequest('updateSnapshot', params);
    const projects = arrayOf(fieldOf(data, 'projects'));
    const project =
      projects.find((candidate) => samePath(fieldOf(candidate, 'configFileName'), this.#config)) ?? projects[0];
    const id = fieldOf(project, 'id');
    if (typeof id !== 'string') throw new Error(`the compiler opened no project for ${this.#config}`);
    return { id: numberAt(data, 'snapshot'), project: id };
  }

  #where(): { readonly snapshot: number; readonly project: string } {
    return { snapshot: this.#snapshot.id, project: this.#snapshot.project };
  }

  #ask(method: string, params: object): unknown {
    return this.#compiler.client.apiRequest(method, { ...this.#where(), ...params });
  }

  /** The API names a node by its index, raw kind and file. The kinds are kept: questions about names come long after the tree. */
  #handles(file: FilePath, nodes: readonly NodeId[]): string[] {
    if (!this.#rawKinds.has(file)) this.tree(file);
    const kinds = this.#rawKinds.get(file);
    return kinds === undefined ? [] : nodes.map((node) => `${node}.${kinds[node] ?? 0}.${file}`);
  }

  #newTypes(): TypeKinds<NativeType, number> {
    return new TypeKinds(nativeTypeReader((method, params) => this.#ask(method, params), this.#compiler.flags));
  }

  #newSymbols(): NativeSymbols {
    return new NativeSymbols((method, params) => this.#ask(method, params), this.#compiler.flags);
  }
}

/**
 * TypeScript 7 no longer loads `@types` packages unless told to; projects written for older versions rely on it.
 * So a settings file without `types` is opened through one that extends it and asks for all of them.
 */
function configOf(compiler: NativeCompiler, source: ProjectSource): Config {
  if (source.kind === 'loose')
    return { file: compiler.writeConfig(looseSettings(source.root, source.files)), module: undefined };
  const options = fieldOf(compiler.client.apiRequest('parseConfigFile', { file: source.path }), 'options');
  const module = fieldOf(options, 'module');
  if (fieldOf(options, 'types') !== undefined || fieldOf(options, 'noLib') === true)
    return { file: source.path, module };
  const compilerOptions = { types: ['*'], typeRoots: typeRootsAbove(source.path) };
  return { file: compiler.writeConfig({ extends: source.path, compilerOptions }), module };
}

interface Config {
  readonly file: FilePath;
  /** The setting `module`, as the compiler numbers it. */
  readonly module: unknown;
}

/** `ModuleKind.CommonJS`. */
const COMMON_JS = 1;

/** From this many files on, one question about the whole program is cheaper than one each. */
const WHOLE_PROGRAM = 16;

function problemOf(diagnostic: unknown): Problem[] {
  const message = fieldOf(diagnostic, 'text') ?? fieldOf(diagnostic, 'messageText');
  const file = fieldOf(diagnostic, 'fileName');
  const offset = fieldOf(diagnostic, 'pos') ?? fieldOf(diagnostic, 'start');
  if (typeof message !== 'string') return [];
  return [
    {
      kind: 'note',
      file: typeof file === 'string' ? file : undefined,
      message,
      ...(typeof offset === 'number' ? { offset } : {}),
    },
  ];
}

/** Paths of the project registry may be lower-cased on case-insensitive systems. */
function samePath(a: unknown, b: FilePath): boolean {
  return typeof a === 'string' && a.toLowerCase() === b.toLowerCase();
}
