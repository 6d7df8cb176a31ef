import { EventEmitter, type Disposable } from 'vscode';
import type { ReaderAnswer, TasksSnapshot } from '#reader/messages.ts';
import type { Reader, Run, Runs, Session } from '../runs/contracts.ts';
import { pickRun, type Shown } from './pickRun.ts';

/** The run that the tasks view shows, with its tasks: followed only while somebody looks, kept as it was seen last. */
export class WatchedRun implements Disposable {
  readonly #runs: Runs;
  readonly #reader: Reader;
  readonly #changed = new EventEmitter<void>();
  readonly #following: Disposable;
  #shown: Shown | undefined;
  #run: Run | undefined;
  #session: Session | undefined;
  #tasks: TasksSnapshot | undefined;
  #problem: string | undefined;
  #root = '';
  #isWanted = false;

  /** Run, tasks or problem are new. */
  readonly onDidChange = this.#changed.event;

  constructor({ runs, reader }: { readonly runs: Runs; readonly reader: Reader }) {
    this.#runs = runs;
    this.#reader = reader;
    this.#following = runs.onDidChange(() => this.#follow());
    this.#run = pickRun(runs.all, undefined);
  }

  get run(): Run | undefined {
    return this.#run;
  }

  get tasks(): TasksSnapshot | undefined {
    return this.#tasks;
  }

  /** A sentence for the user, when the trace cannot be shown. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Folder that places are relative to; absolute. */
  get root(): string {
    return this.#root;
  }

  /** Somebody looks, or not any more. */
  watch(isWanted: boolean): void {
    if (this.#isWanted === isWanted) return;
    this.#isWanted = isWanted;
    this.#follow();
    this.#session?.send({ kind: 'watchTasks', isWanted });
  }

  /** Shows this run until another one begins. */
  choose(folder: string): void {
    this.#shown = { folder, since: Date.now() };
    this.#end();
    this.#follow();
  }

  dispose(): void {
    this.#end();
    this.#following.dispose();
    this.#changed.dispose();
  }

  #follow(): void {
    const run = pickRun(this.#runs.all, this.#shown);
    if (run?.folder !== this.#run?.folder) this.#end();
    if (run !== undefined && run.folder !== this.#shown?.folder)
      this.#shown = { folder: run.folder, since: run.manifest.startedAt };
    this.#run = run;
    if (run !== undefined && this.#isWanted && this.#session === undefined) this.#begin(run);
    this.#changed.fire();
  }

  #begin({ folder, root }: Run): void {
    this.#problem = undefined;
    this.#root = root;
    const session = this.#reader.open({ path: folder, root });
    this.#session = session;
    session.onAnswer((answer) => this.#take(answer));
    session.onTasks((tasks) => {
      this.#tasks = tasks;
      this.#problem = undefined;
      this.#changed.fire();
    });
    session.send({ kind: 'watchTasks', isWanted: true });
  }

  #end(): void {
    this.#session?.dispose();
    this.#session = undefined;
    this.#tasks = undefined;
    this.#problem = undefined;
  }

  #take(answer: ReaderAnswer): void {
    if (answer.kind === 'opened') this.#root = answer.root;
    if (answer.kind !== 'failed') return;
    // What was seen stays; the next look begins anew.
    const { message } = answer;
    this.#session?.dispose();
    this.#session = undefined;
    this.#problem = this.#tasks === undefined ? message : undefined;
    this.#changed.fire();
  }
}
