/**
 * The compiler that always works: ts-morph with TypeScript 6 inside, in this process, without a native binary.
 * ts-morph loads the project; syntax and types are read from the compiler's own nodes.
 */
import { Project, ts, type SourceFile } from 'ts-morph';
import { compareText, type FilePath, type Problem } from '../../../finding.ts';
import type { NodeId, ValueKind } from '../../../facts.ts';
import type {
  ArgumentAt,
  Compiler,
  CompilerProject,
  DeclarationRef,
  ExpectedReturn,
  FileChange,
  ProjectSource,
  SourceHost,
  SymbolRef,
} from '../engine.ts';
import { symbolRef } from '../symbolRef.ts';
import { TypeKinds } from '../typeKinds.ts';
import { embeddedFiles } from './embeddedFiles.ts';
import { encodeTree, type EmbeddedTree } from './embeddedTree.ts';
import { embeddedTypeReader } from './embeddedTypes.ts';
import { ownSourcesOf } from './ownSource.ts';
import { looseSettings, typeRootsAbove } from './projectSettings.ts';

export function embeddedEngine(host: SourceHost): Compiler {
  return {
    name: 'embedded',
    version: ts.version,
    openProject: (source) => new EmbeddedProject(host, source),
    dispose: () => undefined,
  };
}

class EmbeddedProject implements CompilerProject {
  readonly #project: Project;
  readonly #problems: Problem[] = [];
  readonly #isOwn: (file: FilePath) => boolean;
  #program: ts.Program | undefined;
  #types: TypeKinds<ts.Type, ts.Signature> | undefined;
  #trees = new Map<FilePath, EmbeddedTree>();

  constructor(host: SourceHost, source: ProjectSource) {
    this.#project = openProject(host, source);
    this.#isOwn = ownSourcesOf(source);
    if (source.kind === 'tsconfig') this.#problems.push(...configProblems(host, source.path));
  }

  get isCommonJs(): boolean {
    return this.#project.compilerOptions.get().module === ts.ModuleKind.CommonJS;
  }

  get files(): readonly FilePath[] {
    return this.#currentProgram
      .getSourceFiles()
      .map(({ fileName }) => fileName)
      .filter(this.#isOwn)
      .toSorted(compareText);
  }

  problems(files: readonly FilePath[]): readonly Problem[] {
    const program = this.#currentProgram;
    const syntax = files.flatMap((file) => {
      const sourceFile = program.getSourceFile(file);
      return sourceFile === undefined ? [] : program.getSyntacticDiagnostics(sourceFile);
    });
    return [...this.#problems, ...syntax.map(problemOf)];
  }

  tree(file: FilePath): SyntaxTreeOrNone {
    return this.#encoded(file)?.tree;
  }

  valueKinds(file: FilePath, nodes: readonly NodeId[]): readonly ValueKind[] {
    const checker = this.#checker;
    const types = this.#typeKinds;
    return this.#nodes(file, nodes).map((node) =>
      node === undefined ? 'unknown' : types.valueKind(checker.getTypeAtLocation(node)),
    );
  }

  expectedReturns(file: FilePath, nodes: readonly NodeId[]): readonly ExpectedReturn[] {
    const checker = this.#checker;
    const types = this.#typeKinds;
    return this.#nodes(file, nodes).map((node) =>
      node !== undefined && ts.isExpression(node) ? types.expectedReturn(checker.getContextualType(node)) : 'unknown',
    );
  }

  areCallable(file: FilePath, nodes: readonly NodeId[]): readonly boolean[] {
    const checker = this.#checker;
    const types = this.#typeKinds;
    return this.#nodes(file, nodes).map(
      (node) => node === undefined || types.isCallable(checker.getTypeAtLocation(node)),
    );
  }

  acceptsPromise(file: FilePath, places: readonly ArgumentAt[]): readonly boolean[] {
    const checker = this.#checker;
    const types = this.#typeKinds;
    const callees = this.#nodes(
      file,
      places.map(({ callee }) => callee),
    );
    return places.map(({ argument }, index) => {
      const callee = callees[index];
      return callee !== undefined && types.acceptsPromise(checker.getTypeAtLocation(callee), argument);
    });
  }

  symbols(file: FilePath, nodes: readonly NodeId[]): readonly (SymbolRef | undefined)[] {
    const checker = this.#checker;
    return this.#nodes(file, nodes).map((node) => (node === undefined ? undefined : this.#symbol(checker, node)));
  }

  update(changes: readonly FileChange[]): void {
    for (const { file, text } of changes) {
      this.#trees.delete(file);
      this.#replace(file, text);
    }
    this.#program = undefined;
    this.#types = undefined;
  }

  dispose(): void {
    this.#trees.clear();
    this.#program = undefined;
    this.#types = undefined;
    for (const file of this.#project.getSourceFiles()) file.forget();
  }

  #replace(file: FilePath, text: string | undefined): void {
    const known = this.#project.getSourceFile(file);
    if (text !== undefined) this.#project.createSourceFile(file, text, { overwrite: true });
    else if (known !== undefined) refresh(known);
    else this.#project.addSourceFileAtPathIfExists(file);
  }

  get #currentProgram(): ts.Program {
    this.#program ??= this.#project.getProgram().compilerObject;
    return this.#program;
  }

  get #checker(): ts.TypeChecker {
    return this.#currentProgram.getTypeChecker();
  }

  get #typeKinds(): TypeKinds<ts.Type, ts.Signature> {
    this.#types ??= new TypeKinds(embeddedTypeReader(this.#checker));
    return this.#types;
  }

  #encoded(file: FilePath): EmbeddedTree | undefined {
    const known = this.#trees.get(file);
    if (known !== undefined) return known;
    const sourceFile = this.#currentProgram.getSourceFile(file);
    if (sourceFile === undefined) return undefined;
    const tree = encodeTree(sourceFile);
    this.#trees.set(file, tree);
    return tree;
  }

  #nodes(file: FilePath, nodes: readonly NodeId[]): (ts.Node | undefined)[] {
    const tree = this.#encoded(file);
    return nodes.map((node) => tree?.nodes[node]);
  }

  #symbol(checker: ts.TypeChecker, node: ts.Node): SymbolRef | undefined {
    const found = checker.getSymbolAtLocation(node);
    const symbol = found !== undefined && found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
    const declarations = symbol?.declarations?.flatMap((declaration) => this.#declaration(declaration)) ?? [];
    return symbol === undefined || declarations.length === 0 ? undefined : symbolRef(declarations, namesOf(symbol));
  }

  /** Only own files are encoded: a node of a declaration file is never looked up, so its index does not matter. */
  #declaration(node: ts.Node): DeclarationRef[] {
    const file = node.getSourceFile().fileName;
    if (!this.#isOwn(file)) return [{ file, node: 0 }];
    const index = this.#encoded(file)?.indexes.get(node);
    return index === undefined ? [] : [{ file, node: index }];
  }
}

type SyntaxTreeOrNone = EmbeddedTree['tree'] | undefined;

function openProject(host: SourceHost, source: ProjectSource): Project {
  const fileSystem = embeddedFiles(host);
  if (source.kind === 'tsconfig') {
    const project = new Project({ fileSystem, tsConfigFilePath: source.path, skipFileDependencyResolution: true });
    // As in the native engine: projects that do not name their `types` expect all of them.
    if (project.compilerOptions.get().types === undefined) {
      project.compilerOptions.set({ types: ['*'], typeRoots: typeRootsAbove(source.path) });
    }
    return project;
  }
  const { compilerOptions } = looseSettings(source.root, source.files);
  const project = new Project({
    fileSystem,
    compilerOptions: optionsOf(compilerOptions, source.root),
    skipFileDependencyResolution: true,
  });
  for (const file of source.files) project.addSourceFileAtPathIfExists(file);
  return project;
}

/** The settings both engines share, in the form that this compiler takes. */
function optionsOf(settings: Readonly<Record<string, unknown>>, root: FilePath): ts.CompilerOptions {
  return ts.convertCompilerOptionsFromJson(settings, root).options;
}

function refresh(file: SourceFile): void {
  file.refreshFromFileSystemSync();
}

/** What is wrong with the settings file itself: missing `extends`, unknown options, circles. */
function configProblems(host: SourceHost, path: FilePath): Problem[] {
  const parsed = ts.readConfigFile(path, (file) => host.readFile(file));
  return parsed.error === undefined ? [] : [problemOf(parsed.error)];
}

function problemOf(diagnostic: ts.Diagnostic): Problem {
  return {
    kind: 'note',
    file: diagnostic.file?.fileName,
    message: ts.flattenDiagnosticMessageText(diagnostic.messageText, ' '),
    ...(diagnostic.start === undefined ? {} : { offset: diagnostic.start }),
  };
}

/** Names from the outermost parent inwards, as `symbolRef` takes them. */
function namesOf(symbol: ts.Symbol): string[] {
  const names: string[] = [];
  let at: ts.Symbol | undefined = symbol;
  for (let depth = 0; at !== undefined && depth < 8; depth++) {
    names.unshift(at.name);
    const parent: unknown = Reflect.get(at, 'parent');
    at = isSymbol(parent) ? parent : undefined;
  }
  return names;
}

function isSymbol(value: unknown): value is ts.Symbol {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'escapedName') === 'string';
}
