import { openAnalysis } from '#analysis/analyze.ts';
import type { FilePath, Problem } from '#analysis/finding.ts';
import type { FileChange, ProjectSource } from '#analysis/frontends/typescript/engine.ts';
import { rules } from '#analysis/rules/index.ts';
import { isIgnored, type Configuration } from '#workspace/configuration.ts';
import { FolderEvidence, type EvidenceAround } from '#workspace/folderEvidence.ts';
import { maxFileBytes } from '#workspace/inspectFile.ts';
import { isTooDeep } from '#workspace/nesting.ts';
import { isWithin, parentOf } from '#workspace/paths.ts';
import { sourceKind } from '#workspace/sourceKinds.ts';
import { tsconfigs } from '#workspace/tsconfigs.ts';
import { Compilers, type CompilersListener } from './compilers.ts';
import { FolderConfigurations } from './folderConfigurations.ts';
import type { RunBatch } from './jobs.ts';
import { looseRoot } from './looseRoot.ts';
import { OpenProgram, type Judging } from './openProgram.ts';
import { isOwnSource } from './ownSource.ts';
import { parseSettings, settingsOf, type ServerSettings } from './settings.ts';

/** Programs kept open although no open file belongs to them: going back to a project should not cost a new start. */
const spareLimit = 2;

/** All that is open in the analysis thread: texts of the editor's files, and the programs they belong to. */
export class Programs {
  readonly #listener: CompilersListener;
  readonly #compilers: Compilers;
  readonly #evidence: FolderEvidence;
  readonly #buffers = new Map<FilePath, string>();
  /** All files that ever had a buffer: a compiler may still hold the text of one that was closed while no program was open. */
  readonly #handed = new Set<FilePath>();
  /** By the path of the tsconfig or the root of the loose files; least recently used first. */
  readonly #open = new Map<FilePath, OpenProgram>();
  readonly #reported = new Set<string>();
  #settings = parseSettings([], { isTrusted: false });
  #configurations: FolderConfigurations;
  #tsconfigs = tsconfigs();

  constructor(listener: CompilersListener) {
    this.#listener = listener;
    this.#compilers = new Compilers(listener);
    this.#evidence = new FolderEvidence((message) => listener.log('warn', message));
    this.#configurations = this.#readConfigurations();
  }

  /** New settings, or something on disk changed: all that was read before is read again when it is needed. */
  configure(settings: ServerSettings): void {
    this.#settings = settings;
    this.#reopen();
    this.#compilers.configure(settings);
    this.#configurations = this.#readConfigurations();
    this.#tsconfigs = tsconfigs();
    this.#reported.clear();
  }

  /** Evidence was written somewhere. */
  expireEvidence(): void {
    this.#evidence.expire();
  }

  /** Files of the editor that were opened, changed (with their text) or closed, and files that changed on disk. */
  change(changes: readonly FileChange[]): void {
    for (const { file, text } of changes) {
      if (text === undefined) this.#buffers.delete(file);
      else this.#buffers.set(file, bearable(text));
      if (text !== undefined) this.#handed.add(file);
    }
    const updates = changes.map(({ file }) => ({ file, text: this.#buffers.get(file) }));
    for (const program of this.#open.values()) program.update(updates);
  }

  /** A job broke in the middle. */
  distrust(): void {
    this.#reopen();
    this.#compilers.distrust();
  }

  /** What is needed to judge an open file; `undefined` when it is not to be judged. */
  async judging(file: FilePath, checkpoint: () => void): Promise<Judging | undefined> {
    const configuration = this.#buffers.has(file) ? await this.#configurationOf(file) : undefined;
    if (configuration === undefined) return undefined;
    const evidence = await this.#evidenceOf(file);
    return { program: await this.#programOf(file), file, configuration, evidence, checkpoint };
  }

  /** The same of a file that need not be open: one of a workspace folder that a person wrote. */
  async judgingOfRun(file: FilePath, batch: RunBatch, checkpoint: () => void): Promise<Judging | undefined> {
    if (!(await isOwnSource(file, settingsOf(this.#settings, file).root))) return undefined;
    const configuration = await this.#configurationOf(file);
    if (configuration === undefined) return undefined;
    const evidence = await this.#evidenceOf(file, batch);
    checkpoint();
    const program = this.#buffers.has(file) ? this.#programOf(file) : this.#programOfRun(file, batch);
    return { program: await program, file, configuration, evidence, checkpoint };
  }

  /** Open files that belong to a program. */
  buffersOf(program: OpenProgram): readonly FilePath[] {
    return [...this.#buffers.keys()].filter((file) => program.holds(file));
  }

  async #configurationOf(file: FilePath): Promise<Configuration | undefined> {
    if (sourceKind(file) !== 'code' || file.includes('/node_modules/')) return undefined;
    const configuration = await this.#configurations.of(file);
    return configuration === undefined || isIgnored(configuration, file) ? undefined : configuration;
  }

  /** Runs are looked for in workspace folders only: what lies around other files was not opened by anybody. */
  async #evidenceOf(file: FilePath, of?: Pick<RunBatch, 'root' | 'run'>): Promise<EvidenceAround | undefined> {
    const { root, evidence } = settingsOf(this.#settings, file);
    if (root === undefined || !evidence.isEnabled) return undefined;
    if (of?.run === undefined) return this.#evidence.around(parentOf(file), root);
    return isWithin(root, of.root) ? this.#evidence.ofRun(of.root, of.run) : undefined;
  }

  async #programOf(file: FilePath): Promise<OpenProgram> {
    return (await this.#configuredProgram(file)) ?? this.#looseProgram(file);
  }

  /** Files without tsconfig that nobody has open have a program of their own: that of the open files stays small. */
  async #programOfRun(file: FilePath, batch: RunBatch): Promise<OpenProgram> {
    const configured = await this.#configuredProgram(file);
    if (configured !== undefined) return configured;
    const root = await looseRoot(file, this.#settings);
    const opened = this.#open.get(root);
    if (opened?.holds(file) === true) return opened;
    const key = `${root}/ of a run`;
    const known = this.#open.get(key);
    if (known?.holds(file) === false) this.#close(key, known);
    const beside = batch.files.filter((each) => isWithin(root, each) && !this.#isHeld(each));
    const files = known?.holds(file) === true ? [] : await this.#ownSources([file, ...beside]);
    return this.#program(key, { kind: 'loose', root, files });
  }

  async #ownSources(files: readonly FilePath[]): Promise<readonly FilePath[]> {
    const own: FilePath[] = [];
    for (const file of files)
      if (sourceKind(file) === 'code' && (await isOwnSource(file, settingsOf(this.#settings, file).root)))
        own.push(file);
    return own;
  }

  #isHeld(file: FilePath): boolean {
    return [...this.#open.values()].some((program) => program.holds(file));
  }

  /** That of the first tsconfig that may own the file and whose program holds it. */
  async #configuredProgram(file: FilePath): Promise<OpenProgram | undefined> {
    for (const path of await this.#tsconfigs.candidates(file)) {
      const program = await this.#program(path, { kind: 'tsconfig', path });
      if (program.holds(file)) return program;
    }
    return undefined;
  }

  /** Open files without tsconfig of the same root. */
  async #looseProgram(file: FilePath): Promise<OpenProgram> {
    const root = await looseRoot(file, this.#settings);
    const known = this.#open.get(root);
    if (known?.holds(file) === false) this.#close(root, known);
    const files = [file, ...[...this.#buffers.keys()].filter((each) => known?.holds(each) === true)];
    return this.#program(root, { kind: 'loose', root, files });
  }

  async #program(key: FilePath, source: ProjectSource): Promise<OpenProgram> {
    const known = this.#open.get(key);
    const program = known ?? (await this.#openProgram(source));
    this.#open.delete(key);
    this.#open.set(key, program);
    if (known === undefined) this.#closeSpare();
    return program;
  }

  async #openProgram(source: ProjectSource): Promise<OpenProgram> {
    const compiler = await this.#compilers.current();
    const project = compiler.openProject(source);
    const report = (problem: Problem): void => this.#report(problem);
    // A file that is open but gone from the disk counts all the same: its text is in the buffer.
    const files = source.kind === 'loose' ? [...project.files, ...source.files] : project.files;
    const program = new OpenProgram(openAnalysis(project), files, report);
    program.update([...this.#handed].map((file) => ({ file, text: this.#buffers.get(file) })));
    return program;
  }

  #closeSpare(): void {
    const spare = [...this.#open].filter(([, program]) => this.buffersOf(program).length === 0);
    for (const [key, program] of spare.slice(0, Math.max(0, spare.length - spareLimit))) this.#close(key, program);
  }

  #reopen(): void {
    for (const [key, program] of this.#open) this.#close(key, program);
  }

  #close(key: FilePath, program: OpenProgram): void {
    this.#open.delete(key);
    try {
      program.dispose();
    } catch (error) {
      this.#listener.log('warn', `A program did not close in order: ${String(error)}`);
    }
  }

  #readConfigurations(): FolderConfigurations {
    return new FolderConfigurations(this.#settings, rules, (message) => this.#once('error', message));
  }

  #report({ kind, file, message }: Problem): void {
    this.#once(kind === 'internal' ? 'error' : 'info', file === undefined ? message : `${file}: ${message}`);
  }

  /** The same complaint at each keystroke helps nobody. */
  #once(level: 'error' | 'info', message: string): void {
    if (this.#reported.has(message)) return;
    this.#reported.add(message);
    this.#listener.log(level, message);
  }
}

/**
 * What a compiler can bear of a text: half a surrogate pair, which a text may hold for a moment, ends TypeScript 7 and becomes
 * U+FFFD; a huge or very deeply nested text would end the whole program and becomes empty.
 */
function bearable(text: string): string {
  return text.length > maxFileBytes || isTooDeep(Buffer.from(text)) ? '' : text.toWellFormed();
}
