import path from 'node:path';
import { CancellationTokenSource, Uri, languages, workspace, type Disposable, type LogOutputChannel } from 'vscode';
import { runFindingsRequest, type RunFindings, type RunFindingsParams } from '#protocol/lsp.ts';
import { runFolder } from '#protocol/runFolder.ts';
import type { TraceSource } from '#reader/messages.ts';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Session } from '../runs/contracts.ts';
import { isBelow } from './sourcePath.ts';

/** Diagnostics come in flocks while somebody types. ms */
const quietMs = 1500;

export interface FindingsOptions {
  readonly client: LanguageClient;
  readonly log: LogOutputChannel;
  readonly session: Session;
  readonly source: TraceSource;
  /** Nothing is asked for a panel that nobody sees. */
  readonly isVisible: () => boolean;
}

/** Keeps a panel's findings as the language server knows them. */
export class TraceFindings implements Disposable {
  readonly #options: FindingsOptions;
  readonly #changes: Disposable;
  #root = '';
  #files: readonly string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #asked: CancellationTokenSource | undefined;

  constructor(options: FindingsOptions) {
    this.#options = options;
    this.#changes = languages.onDidChangeDiagnostics(({ uris }) => {
      if (this.#files.length > 0 && uris.some((uri) => isBelow(uri.fsPath, this.#root))) this.askSoon();
    });
  }

  /** `files`: relative to `root`, forward slashes. */
  setFiles(root: string, files: readonly string[]): void {
    this.#root = path.resolve(root);
    this.#files = files;
    void this.#ask();
  }

  askSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), quietMs);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#asked?.cancel();
    this.#changes.dispose();
  }

  /** Throws nothing: a panel without findings is still a panel. */
  async #ask(): Promise<void> {
    const { client, session, log, isVisible } = this.#options;
    const root = Uri.file(this.#root);
    const isOurs = workspace.getWorkspaceFolder(root) !== undefined;
    if (!client.isRunning() || !isVisible() || !isOurs || this.#files.length === 0) return;
    this.#asked?.cancel();
    const asked = (this.#asked = new CancellationTokenSource());
    try {
      const params: RunFindingsParams = { root: root.toString(), files: this.#files, ...this.#run() };
      const { findings } = await client.sendRequest<RunFindings>(runFindingsRequest, params, asked.token);
      if (!asked.token.isCancellationRequested) session.send({ kind: 'findings', findings });
    } catch (error) {
      // A newer question, or a server that ends or is older than the panel.
      if (!asked.token.isCancellationRequested) log.warn(`No findings for the panel: ${String(error)}`);
    } finally {
      asked.dispose();
    }
  }

  /** The run whose folder the trace lies in, so that only this run speaks. */
  #run(): { readonly run?: string } {
    const { path: trace } = this.#options.source;
    const folder = path.basename(path.dirname(trace)) === runFolder.runs ? trace : path.dirname(trace);
    return path.basename(path.dirname(folder)) === runFolder.runs ? { run: path.basename(folder) } : {};
  }
}
