import { analyzedNotification, statusNotification, type StatusParams } from '#protocol/lsp.ts';
import {
  CodeLensRefreshRequest,
  type ClientCapabilities,
  type Connection,
  type InitializeParams,
  type WorkspaceFolder,
} from 'vscode-languageserver';
import { Analyzer } from './analyzer.ts';
import { fetchSettings, type ClientSettings } from './clientSettings.ts';
import { DocumentChecks } from './documentChecks.ts';
import { EvidenceViews } from './evidenceViews.ts';
import type { LogLevel } from './jobs.ts';
import type { FilePath } from '#analysis/finding.ts';
import { parseOptions, type ServerOptions } from './serverOptions.ts';
import {
  parseSettings,
  settingsOf,
  type EvidenceSettings,
  type FolderSettings,
  type ServerSettings,
} from './settings.ts';
import { StatusReporter } from './statusReporter.ts';

/** Checks of several files end one after the other. ms */
const refreshMs = 50;

/** What the server knows of its one client, and the analysis it drives for it. */
export class ServedClient {
  readonly connection: Connection;
  readonly options: ServerOptions;
  readonly analyzer: Analyzer;
  readonly checks: DocumentChecks;
  readonly views: EvidenceViews;
  /** Settles when the settings have come for the first time: before, no folder is known. */
  readonly configured: Promise<void>;
  readonly #status: StatusReporter;
  #hasSettings: () => void = () => undefined;
  #client: ClientSettings;
  #settings: ServerSettings = parseSettings([], { isTrusted: false });
  #engine: string | undefined;
  #refreshing: NodeJS.Timeout | undefined;
  #state: 'starting' | 'running' | 'stopped' = 'starting';

  /** @param workerScript what the analysis thread runs */
  constructor(connection: Connection, params: InitializeParams, workerScript: URL) {
    this.connection = connection;
    this.configured = new Promise((resolve) => (this.#hasSettings = resolve));
    this.options = parseOptions(params.initializationOptions);
    const { isTrusted, settings } = this.options;
    this.#client = {
      capabilities: params.capabilities,
      folders: params.workspaceFolders ?? [],
      isTrusted,
      section: settings,
    };
    this.analyzer = new Analyzer(workerScript, this.#settings, {
      log: (level, message) => this.log(level, message),
      engine: (description) => this.#setEngine(description),
      stopped: () => this.watch(this.#offerRestart()),
    });
    this.views = new EvidenceViews(() => this.#refreshViews());
    this.checks = new DocumentChecks(this.analyzer, this.options.debounceMs, {
      publish: (uri, version, diagnostics) =>
        this.watch(
          connection.sendDiagnostics({
            uri,
            diagnostics: [...diagnostics],
            ...(version === undefined ? {} : { version }),
          }),
        ),
      analyzed: (result) =>
        this.options.reportAnalyses && this.watch(connection.sendNotification(analyzedNotification, result)),
      showed: (uri, version, view) => this.views.set(uri, version, view),
      closed: (uri) => this.views.delete(uri),
      progressed: () => this.#status.update(),
      failed: (error) => this.logError(error),
    });
    this.#status = new StatusReporter(
      () => this.#currentStatus(),
      (status) => this.watch(connection.sendNotification(statusNotification, status)),
    );
  }

  get capabilities(): ClientCapabilities {
    return this.#client.capabilities;
  }

  /** Something that the settings depend on has changed: asks for them and checks all open files again. */
  async configure(change: Partial<Pick<ClientSettings, 'isTrusted' | 'folders' | 'section'>> = {}): Promise<void> {
    const asked = { ...this.#client, ...change };
    this.#client = asked;
    const settings = await fetchSettings(this.connection, asked);
    // Something changed again meanwhile: a newer question is on its way, and only its answer counts.
    if (this.#client !== asked) return;
    this.#settings = settings;
    this.analyzer.configure(settings);
    this.#state = 'running';
    this.#hasSettings();
    this.checks.start();
    this.#refreshViews();
    this.#status.update();
  }

  /** What the user wants to see of runs beside the code of a file. */
  evidenceSettings(file: FilePath): EvidenceSettings {
    return settingsOf(this.#settings, file).evidence;
  }

  /** What the user set for the folder of a file. */
  folderSettings(file: FilePath): FolderSettings {
    return settingsOf(this.#settings, file);
  }

  changeFolders(added: readonly WorkspaceFolder[], removed: readonly WorkspaceFolder[]): Promise<void> {
    const gone = new Set([...added, ...removed].map(({ uri }) => uri));
    return this.configure({ folders: [...this.#client.folders.filter(({ uri }) => !gone.has(uri)), ...added] });
  }

  /** Work ended that no open file knows of. */
  progressed(): void {
    this.#status.update();
  }

  /** Hands a promise to the log if it fails: for work whose end nobody waits for. */
  watch(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.logError(error));
  }

  log(level: LogLevel, message: string): void {
    const { console } = this.connection;
    switch (level) {
      case 'error':
        return console.error(message);
      case 'warn':
        return console.warn(message);
      case 'info':
        return console.info(message);
      case 'debug':
        return console.debug(message);
      default:
        level satisfies never;
    }
  }

  logError(error: unknown): void {
    this.log('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  async dispose(): Promise<void> {
    clearTimeout(this.#refreshing);
    this.#status.dispose();
    this.checks.dispose();
    await this.analyzer.dispose();
  }

  #setEngine(description: string): void {
    this.#engine = description;
    this.#status.update();
  }

  #currentStatus(): StatusParams {
    const running = this.analyzer.isIdle ? 'ready' : 'analyzing';
    const state = this.#state === 'running' ? running : this.#state;
    const evidence = this.views.summary;
    return {
      state,
      ...(this.#engine === undefined ? {} : { engine: this.#engine }),
      ...this.checks.counts,
      ...(evidence === undefined ? {} : { evidence }),
    };
  }

  /** Asks the client to ask again for lenses and hints, which it otherwise does only when a text changes; all files of a batch together. */
  #refreshViews(): void {
    if (this.#refreshing !== undefined) return;
    this.#refreshing = setTimeout(() => {
      this.#refreshing = undefined;
      const { workspace } = this.#client.capabilities;
      if (workspace?.codeLens?.refreshSupport === true)
        this.watch(this.connection.sendRequest(CodeLensRefreshRequest.type));
      if (workspace?.inlayHint?.refreshSupport === true) this.watch(this.connection.languages.inlayHint.refresh());
    }, refreshMs).unref();
  }

  async #offerRestart(): Promise<void> {
    this.#state = 'stopped';
    this.#status.update();
    const message =
      'Rubato stopped: its analysis ended unexpectedly several times. The output channel has the reasons.';
    const choice = await this.connection.window.showErrorMessage(message, { title: 'Restart' });
    if (choice === undefined || choice === null) return;
    this.#state = 'running';
    this.analyzer.restart();
    this.checks.start();
  }
}
