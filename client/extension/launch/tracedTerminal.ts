import { watch } from 'node:fs';
import { Disposable, l10n, ThemeIcon, window, type Terminal } from 'vscode';
import { isAlive, tracedProcesses } from '#runs/processMarks.ts';
import { EndedProcesses } from './endedProcesses.ts';
import { finishRun } from './finishRun.ts';
import { hookEnvironment } from './hookEnvironment.ts';
import { placeOf, realRoot, terminalEnvironment, type LaunchContext } from './launchContext.ts';

/** Programs are short and many in a terminal; while one of them goes on, the marks of the others stay and count. */
const maxProcesses = 500;
/** A process that ends tells nobody. ms */
const pollMs = 500;

/**
 * `rubato.newTerminal`: a terminal whose Node programs are traced, and no other one. Not by VS Code's collection of variables for all
 * terminals: that would trace what nobody asked for, in each terminal that is opened later.
 */
export async function newTerminal(ctx: LaunchContext): Promise<void> {
  const place = placeOf(window.activeTextEditor?.document.uri) ?? placeOf(undefined);
  if (place === undefined)
    return void window.showInformationMessage(l10n.t('Open a folder first: the trace is written there.'));
  const { root, workspaceFolder } = place;
  const folder = await ctx.reader.makeRun(root, l10n.t('terminal'));
  const before = terminalEnvironment(workspaceFolder?.uri)['NODE_OPTIONS'] ?? process.env['NODE_OPTIONS'];
  const terminal = window.createTerminal({
    name: l10n.t('Rubato Trace'),
    iconPath: new ThemeIcon('record'),
    cwd: root,
    env: { ...hookEnvironment({ hook: ctx.hook, folder, root: await realRoot(root), maxProcesses }, before) },
    message: l10n.t('Node programs that you start here are traced. The trace is written to {0}.', folder),
    // A terminal that comes back with the next window would write into a run that is over.
    isTransient: true,
  });
  terminal.show();
  follow(ctx, terminal, folder);
}

function follow(ctx: LaunchContext, terminal: Terminal, folder: string): void {
  const programs = new TerminalPrograms(ctx, terminal, folder);
  const closed = window.onDidCloseTerminal((each) => {
    if (each !== terminal) return;
    closed.dispose();
    void programs.close();
  });
}

/** Finishes the run each time when the programs of a terminal are through. */
class TerminalPrograms {
  readonly #ctx: LaunchContext;
  readonly #terminal: Terminal;
  readonly #folder: string;
  readonly #ended = new EndedProcesses();
  readonly #changes: Disposable;
  #living: Disposable | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #isClosed = false;

  constructor(ctx: LaunchContext, terminal: Terminal, folder: string) {
    this.#ctx = ctx;
    this.#terminal = terminal;
    this.#folder = folder;
    this.#changes = followFolder(ctx, folder, () => this.#lookSoon());
  }

  /** The terminal is gone, and with it what ran in it. Throws nothing. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#changes.dispose();
    clearTimeout(this.#timer);
    this.#living?.dispose();
    await finishRun(this.#ctx, this.#folder);
  }

  #lookSoon(): void {
    if (this.#timer === undefined && !this.#isClosed) this.#timer = setTimeout(() => void this.#look(), pollMs);
  }

  async #look(): Promise<void> {
    this.#timer = undefined;
    if (this.#isLooking) return this.#lookSoon();
    this.#isLooking = true;
    try {
      const traced = await tracedProcesses(this.#folder);
      const seen = { traced, alive: traced.filter(isAlive) };
      this.#show(seen.alive.length > 0);
      const due = this.#ended.due(seen);
      if (due.length > 0) await finishRun(this.#ctx, this.#folder);
      this.#ended.account(due);
      if (seen.alive.length > 0) this.#lookSoon();
    } finally {
      this.#isLooking = false;
    }
  }

  #show(isBusy: boolean): void {
    if (isBusy === (this.#living !== undefined) || this.#isClosed) return;
    const stop = (): void => this.#terminal.sendText('\u0003', false);
    if (isBusy) this.#living = this.#ctx.living.add({ title: this.#terminal.name, startedAt: Date.now(), stop });
    else {
      this.#living?.dispose();
      this.#living = undefined;
    }
  }
}

/** Tells of changes in the folder of a run: by the system and, where that has no watcher left to give, by what the window sees of runs. */
function followFolder({ runs, log }: LaunchContext, folder: string, look: () => void): Disposable {
  const seen = runs.onDidChange(look);
  try {
    const watcher = watch(folder, { persistent: false }, look);
    // The folder was removed: nothing will be traced any more.
    watcher.on('error', () => watcher.close());
    return Disposable.from(seen, { dispose: () => watcher.close() });
  } catch (error) {
    log.warn(`The run of a terminal is not watched: ${String(error)}`);
    return seen;
  }
}
