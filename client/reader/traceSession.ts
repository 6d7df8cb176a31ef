import { setImmediate as turn } from 'node:timers/promises';
import type { PanelExportFormat, PanelMessage, PanelState } from '#protocol/panel.ts';
import { openTrace } from '#runs/openTrace.ts';
import { resolverOf } from '#runs/resolvePlaces.ts';
import { RunError } from '#runs/runError.ts';
import { exportTo } from './exportTo.ts';
import type { ReaderAnswer, ReaderRequest, TraceSource } from './messages.ts';
import { endedTrace, liveTrace, openSource, type OpenedTrace } from './openedTrace.ts';
import { pace } from './pace.ts';
import { PanelSide, type PanelRun } from './panelSide.ts';
import { sleeper } from './sleeper.ts';
import { sourceFilesOf } from './sourceFilesOf.ts';
import { tasksSnapshot } from './tasksSnapshot.ts';

/** What is asked of a session that stands. */
export type SessionRequest = Exclude<
  Extract<ReaderRequest, { readonly session: number }>,
  { readonly kind: 'open' | 'close' }
>;

/** Between two looks at a run that goes on: while somebody looks at it, and otherwise. ms */
const watchedMs = 250;
const unwatchedMs = 1000;

/** One trace that somebody looks at, from its `open` to its `close`: reads it in turns, and tells in each turn what is due. */
export class TraceSession {
  readonly #number: number;
  readonly #source: TraceSource;
  readonly #answer: (answer: ReaderAnswer) => void;
  readonly #panel: PanelSide;
  readonly #sleeper = sleeper();
  readonly #tasks = pace(500, 0.05);
  readonly #files = pace(3000, 0.02);
  #trace: OpenedTrace | undefined;
  #isPaused = false;
  #wantsTasks = false;
  /** Living tasks as last told; -1: nothing was. */
  #toldAlive = -1;
  /** Places of which the files were told. */
  #toldPlaces = -1;
  #isOver = false;

  constructor(number: number, source: TraceSource, answer: (answer: ReaderAnswer) => void) {
    this.#number = number;
    this.#source = source;
    this.#answer = (each) => {
      if (!this.#isOver) answer(each);
    };
    this.#panel = new PanelSide((message) => this.#answer({ kind: 'panel', session: number, message }));
  }

  /** Opens the trace and tells of it until the session is disposed. @throws RunError when there is no trace */
  async run(): Promise<void> {
    const trace = await openSource(this.#source);
    if (this.#isOver) return trace.live?.dispose();
    this.#take(trace);
    const { title, root, state } = trace;
    this.#answer({ kind: 'opened', session: this.#number, title, root, state });
    while (!this.#isOver) {
      const isMore = await this.#turn();
      await this.#sleeper.sleep(isMore ? 0 : this.#pauseMs());
    }
  }

  /** @throws what stands in the way of what was asked, for the user */
  async take(request: SessionRequest): Promise<void> {
    switch (request.kind) {
      case 'watchTasks':
        this.#wantsTasks = request.isWanted;
        return this.#hurryTasks();
      case 'panel':
        return this.#obeyPanel(request.message);
      case 'detachPanel':
        this.#panel.detach();
        return this.#setPaused(false);
      case 'findings':
        return this.#panel.setFindings(request.findings);
      case 'compareWith':
        return this.#compareWith(request.path);
      case 'export':
        return this.#export(request.format, request.file);
      default:
        return request satisfies never;
    }
  }

  dispose(): void {
    this.#isOver = true;
    this.#trace?.live?.dispose();
    this.#sleeper.wake();
  }

  #obeyPanel(message: PanelMessage): void {
    switch (message.kind) {
      case 'ready':
        this.#panel.attach();
        this.#toldPlaces = -1;
        return this.#sleeper.wake();
      case 'askWaits':
        return this.#trace && this.#panel.tellWaits(this.#trace.model(), message.rows);
      case 'setPaused':
        return this.#setPaused(message.isPaused);
      case 'openSource': {
        const place = this.#panel.placeAt(message.place);
        return place && this.#answer({ kind: 'openSource', session: this.#number, place });
      }
      case 'explainRule':
      case 'export':
      case 'compare':
      case 'fault':
        // The host answers these.
        return;
      default:
        return message satisfies never;
    }
  }

  /** Held: nothing is read, so nothing changes. What was written meanwhile is read afterwards. */
  #setPaused(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    this.#hurryTasks();
  }

  async #compareWith(path: string): Promise<void> {
    const after = this.#opened();
    const { model, root, command, manifest } = await openTrace(path, this.#source.root);
    const before = { model, resolve: await resolverOf(model, root), name: nameOf(command, manifest?.startedAt) };
    const now = { model: after.model(), resolve: after.resolver.resolve, name: after.title };
    this.#panel.compare(before, now);
  }

  async #export(format: PanelExportFormat, file: string): Promise<void> {
    const { title, resolver, model } = this.#opened();
    await exportTo(file, format, { model: model(), resolve: resolver.resolve, command: title });
  }

  #opened(): OpenedTrace {
    if (this.#trace === undefined) throw new RunError('The trace is still being opened; try again in a moment');
    return this.#trace;
  }

  #take(trace: OpenedTrace): void {
    this.#trace = trace;
    this.#toldPlaces = -1;
    this.#panel.replace({ title: trace.title, resolve: trace.resolver.resolve });
    this.#hurryTasks();
  }

  /** True: there is more to read at once. */
  async #turn(): Promise<boolean> {
    const isMore = await this.#follow();
    const trace = this.#trace;
    if (trace === undefined || this.#isOver) return false;
    await trace.resolver.readFrom(trace.model());
    this.#panel.tell(this.#situationOf(trace));
    this.#tellTasks(trace);
    this.#tellFiles(trace);
    // Whoever asked something meanwhile has a turn before what takes longest.
    await turn();
    if (trace === this.#trace) this.#panel.tellFigures(this.#situationOf(trace));
    return isMore;
  }

  async #follow(): Promise<boolean> {
    const { live, mayGoOn } = this.#opened();
    if (live === undefined) {
      const again = mayGoOn ? await liveTrace(this.#source) : undefined;
      if (again !== undefined) this.#take(again);
      return again !== undefined;
    }
    if (this.#isPaused) return false;
    const isMore = await live.read();
    if (!isMore && live.isOver) await this.#end(this.#opened());
    return isMore;
  }

  /** The whole trace takes the place of what was seen of it. */
  async #end(trace: OpenedTrace): Promise<void> {
    trace.live?.dispose();
    const last = trace.model();
    const ended = await endedTrace(this.#source);
    this.#answer({ kind: 'ended', session: this.#number });
    this.#take(ended ?? { ...trace, state: 'ended', live: undefined, model: () => last });
  }

  #tellFiles({ resolver, model }: OpenedTrace): void {
    const now = performance.now();
    const count = model().places.length;
    if (!this.#panel.isAttached || count === this.#toldPlaces || (this.#toldPlaces >= 0 && !this.#files.isDue(now)))
      return;
    this.#toldPlaces = count;
    this.#answer({ kind: 'files', session: this.#number, files: sourceFilesOf(model(), resolver.resolve) });
    this.#files.ran(now, performance.now());
  }

  #tellTasks(trace: OpenedTrace): void {
    const now = performance.now();
    const isNews = trace.live !== undefined && !this.#isPaused;
    if (!this.#wantsTasks || !this.#tasks.isDue(now) || (this.#toldAlive >= 0 && !isNews)) return;
    const { model, situation } = this.#situationOf(trace);
    const { state, blockedMs = 0 } = situation;
    const tasks = tasksSnapshot(model, { resolve: trace.resolver.resolve, state, blockedMs, at: Date.now() });
    // Nothing lives, as before.
    const isSame = tasks.alive === 0 && this.#toldAlive === 0 && blockedMs === 0;
    if (!isSame) this.#answer({ kind: 'tasks', session: this.#number, tasks });
    this.#toldAlive = tasks.alive;
    this.#tasks.ran(now, performance.now());
  }

  #hurryTasks(): void {
    this.#toldAlive = -1;
    this.#tasks.hurry();
    this.#sleeper.wake();
  }

  #situationOf({ state, live, model }: OpenedTrace): PanelRun {
    const shown: PanelState = state === 'live' && this.#isPaused ? 'paused' : state;
    return { model: model(), situation: { state: shown, blockedMs: live?.blockedMs() ?? 0 } };
  }

  #pauseMs(): number {
    const { live, mayGoOn } = this.#opened();
    if (live === undefined) return mayGoOn ? unwatchedMs : Number.POSITIVE_INFINITY;
    return this.#panel.isAttached || this.#wantsTasks ? watchedMs : unwatchedMs;
  }
}

/** Runs of the same command differ in their time. */
function nameOf(command: string, startedAt: number | undefined): string {
  const time = startedAt === undefined ? '' : `, ${new Date(startedAt).toLocaleString()}`;
  return `${command.slice(0, 200)}${time}`;
}
