/**
 * What the TypeScript/JavaScript frontend needs of a compiler: few, large questions. Two engines implement it
 * (`engines/native.ts`, `engines/embedded.ts`); everything above asks only this, so both give the same findings.
 *
 * Invariant: nodes are indexes into the `SyntaxTree` of the same version of the file.
 */
import type { FilePath, Problem } from '../../finding.ts';
import type { NodeId, ValueKind } from '../../facts.ts';
import type { SyntaxTree } from './syntax/tree.ts';

export type EngineName = 'native' | 'embedded';

/** A compiler that can open projects. Not safe for use from several threads. */
export interface Compiler {
  readonly name: EngineName;
  /** Version of TypeScript inside, for the log. */
  readonly version: string;
  /** Opens one project. @throws Error when its settings cannot be read at all; what can be worked around is a problem. */
  openProject(source: ProjectSource): CompilerProject;
  dispose(): void;
}

/** Which files belong together and with which options. */
export type ProjectSource =
  | { readonly kind: 'tsconfig'; readonly path: FilePath }
  /** Files without a tsconfig: sensible defaults, plain JavaScript included. */
  | { readonly kind: 'loose'; readonly root: FilePath; readonly files: readonly FilePath[] };

/** Text of a file that differs from the disk (an editor's buffer), or `undefined` to read the disk again. */
export interface FileChange {
  readonly file: FilePath;
  readonly text: string | undefined;
}

/** How a compiler in this process reads files: handed in by the workspace, so that the analysis does no input of its own. */
export interface SourceHost {
  /** Text without byte order mark; `undefined` when it is missing, special, too large or hidden. */
  readFile(file: FilePath): string | undefined;
  fileExists(file: FilePath): boolean;
  directoryExists(directory: FilePath): boolean;
  /** Entries with their absolute paths; empty when it cannot be read. */
  readDirectory(directory: FilePath): readonly HostEntry[];
  realpath(path: FilePath): FilePath;
  readonly isCaseSensitive: boolean;
  readonly currentDirectory: FilePath;
}

export interface HostEntry {
  readonly path: FilePath;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
}

/** One opened project. Calls are synchronous: the caller runs in a process or worker that may block. */
export interface CompilerProject {
  /** Own source files of the program: no declaration files, nothing below `node_modules`. Absolute, sorted. */
  readonly files: readonly FilePath[];
  /** Its settings say `module: commonjs`: whatever its files look like, `await` cannot stand at their top. */
  readonly isCommonJs: boolean;
  /** Broken options, missing `extends`, and those of the files that do not parse. */
  problems(files: readonly FilePath[]): readonly Problem[];
  /** Syntax of a file in its current version; `undefined` when the program does not hold it or it cannot be read. */
  tree(file: FilePath): SyntaxTree | undefined;
  /** How promise-like the expressions are, in the order of `nodes`. */
  valueKinds(file: FilePath, nodes: readonly NodeId[]): readonly ValueKind[];
  /** What the contextual type of each function expression expects it to return, in the order of `nodes`. */
  expectedReturns(file: FilePath, nodes: readonly NodeId[]): readonly ExpectedReturn[];
  /** Whether each expression can be called, in the order of `nodes`; unknown types pass. */
  areCallable(file: FilePath, nodes: readonly NodeId[]): readonly boolean[];
  /** Whether some overload of each callee takes an async function as that argument, in the order of `places`. */
  acceptsPromise(file: FilePath, places: readonly ArgumentAt[]): readonly boolean[];
  /** What each name stands for, aliases followed, in the order of `nodes`. */
  symbols(file: FilePath, nodes: readonly NodeId[]): readonly (SymbolRef | undefined)[];
  /** Makes a new version of the program. Trees and nodes of changed files are stale afterwards. */
  update(changes: readonly FileChange[]): void;
  dispose(): void;
}

/** An argument of a call: the callee expression and the argument's position. */
export interface ArgumentAt {
  readonly callee: NodeId;
  readonly argument: number;
}

export type ExpectedReturn = 'void' | 'promise' | 'other' | 'unknown';

/** A resolved name. */
export interface SymbolRef {
  /** Where it is declared; several for overloads and merged declarations. */
  readonly declarations: readonly DeclarationRef[];
  /** Qualified name inside its module: `readFileSync`, `Router.get`. */
  readonly name: string;
  /** Package or built-in module that declares it: `fs`, `express`, `lib` for the language's own; `undefined` for the project's own. */
  readonly module: string | undefined;
}

/** A declaration in a file. `node` is an index into that file's tree. */
export interface DeclarationRef {
  readonly file: FilePath;
  readonly node: NodeId;
}
