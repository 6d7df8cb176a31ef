import path from 'node:path';
import { Disposable, EventEmitter, RelativePattern, window, workspace, type LogOutputChannel, type Uri } from 'vscode';
import type { Run, Runs } from './contracts.ts';
import { isBelow } from '../panel/sourcePath.ts';
import { inOrder, newestRun, rootOfRunFile, runsIn } from './readRuns.ts';

/** Changes come in flocks: a run that begins makes three files. ms */
const quietMs = 150;
/** While something runs, its folder is looked at this often: editors may be told not to watch it, and a death writes nothing. ms */
const pollMs = 1500;
/** While nothing runs, this often: a watcher that is late, or off for that folder, must not hide a run. ms */
const idleMs = 3000;

const filesOfRuns = '**/.rubato/runs/*/{run.json,*.process}';
/** A search with a glob keeps to the user's `files.exclude`; folders of the workspace itself are looked into in any case. */
const notSearched = '**/{node_modules,.git}/**';
const mostFound = 1000;

/** Follows the runs of all workspace folders. */
export class FollowedRuns implements Runs {
  readonly #changed = new EventEmitter<void>();
  readonly #log: LogOutputChannel;
  readonly #parts: Disposable;
  /** Folders that hold a `.rubato`, besides the workspace folders. */
  readonly #roots = new Set<string>();
  #all: readonly Run[] = [];
  #timer: NodeJS.Timeout | undefined;
  #looks = Promise.resolve();
  #isDisposed = false;

  #endFirstLook = (): void => {};

  readonly onDidChange = this.#changed.event;
  readonly firstLook = new Promise<void>((resolve) => {
    this.#endFirstLook = resolve;
  });

  constructor(log: LogOutputChannel) {
    this.#log = log;
    const watcher = workspace.createFileSystemWatcher(filesOfRuns);
    const take = ({ fsPath }: Uri): void => this.#noteFile(fsPath);
    this.#parts = Disposable.from(
      this.#changed,
      watcher,
      watcher.onDidCreate(take),
      watcher.onDidChange(take),
      watcher.onDidDelete(take),
      workspace.onDidChangeWorkspaceFolders(({ removed }) => {
        for (const { uri } of removed) this.#forget(uri.fsPath);
        void this.#search();
      }),
      window.onDidChangeWindowState(({ focused }) => focused && this.#lookIn(quietMs)),
    );
    void this.#lookFirst();
  }

  get all(): readonly Run[] {
    return this.#all;
  }

  get current(): Run | undefined {
    return this.#all[0];
  }

  async look(): Promise<void> {
    await this.#lookInTurn();
    // A person asks: what no watcher has told of, such as the first run of a nested package, is worth a search.
    if (this.#all.length === 0) await this.#search();
  }

  /** One look after the other, so that none takes back what a later one saw. */
  #lookInTurn(): Promise<void> {
    this.#looks = this.#looks.then(() => this.#lookNow());
    return this.#looks;
  }

  noteRoot(root: string): void {
    this.#roots.add(path.resolve(root));
    this.#lookIn(quietMs);
  }

  #forget(folder: string): void {
    for (const root of this.#roots) if (isBelow(root, folder)) this.#roots.delete(root);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#endFirstLook();
    clearTimeout(this.#timer);
    this.#parts.dispose();
  }

  #noteFile(file: string): void {
    const root = rootOfRunFile(file);
    if (root !== undefined) this.noteRoot(root);
  }

  async #lookFirst(): Promise<void> {
    await this.#lookInTurn();
    if (this.#all.length > 0) this.#endFirstLook();
    await this.#search();
    this.#endFirstLook();
  }

  /** Finds the runs of nested packages. */
  async #search(): Promise<void> {
    try {
      const found = await Promise.all(
        (workspace.workspaceFolders ?? []).map((folder) =>
          workspace.findFiles(new RelativePattern(folder, '**/.rubato/runs/*/run.json'), notSearched, mostFound),
        ),
      );
      for (const { fsPath } of found.flat()) this.#noteFile(fsPath);
      await this.#lookInTurn();
    } catch (error) {
      this.#log.error(error instanceof Error ? error : String(error));
    }
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#isDisposed) this.#timer = setTimeout(() => void this.#lookInTurn(), ms);
  }

  /** Throws nothing: what cannot be read is no run. */
  async #lookNow(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const runs = await Promise.all(this.#rootsNow().map((root) => runsIn(root, Date.now())));
    if (!this.#isDisposed) this.#take(inOrder(runs.flat()));
  }

  #rootsNow(): readonly string[] {
    const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    return [...new Set([...folders.map(({ uri }) => uri.fsPath), ...this.#roots])];
  }

  #lookIdly(): void {
    const timer = setTimeout(() => void this.#lookForNew(timer), idleMs);
    this.#timer = timer;
  }

  /** Looks when a run has begun; otherwise, only the names of the runs were asked for. */
  async #lookForNew(timer: NodeJS.Timeout): Promise<void> {
    const names = await Promise.all(this.#rootsNow().map((root) => newestRun(root)));
    // Somebody looked meanwhile, and set a timer of his own.
    if (this.#timer !== timer || this.#isDisposed) return;
    const known = new Set(this.#all.map(({ folder }) => path.basename(folder)));
    if (names.some((name) => name !== undefined && !known.has(name))) await this.#lookInTurn();
    else this.#lookIdly();
  }

  #take(runs: readonly Run[]): void {
    if (this.#timer === undefined && runs.some(({ isAlive }) => isAlive)) this.#lookIn(pollMs);
    else if (this.#timer === undefined) this.#lookIdly();
    if (JSON.stringify(runs) === JSON.stringify(this.#all)) return;
    this.#all = runs;
    this.#changed.fire();
  }
}
