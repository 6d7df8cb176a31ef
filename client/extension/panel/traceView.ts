import { commands, Disposable, l10n, window, type LogOutputChannel, type Uri, type WebviewPanel } from 'vscode';
import { explainRuleCommand } from '#protocol/lsp.ts';
import type { HostMessage, PanelMessage, ShowMessage } from '#protocol/panel.ts';
import { isPanelMessage } from '#protocol/panelGuards.ts';
import type { ReaderAnswer, TraceSource } from '#reader/messages.ts';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Runs, Session } from '../runs/contracts.ts';
import type { Tracing } from '../runs/tracing.ts';
import { chooseTrace } from './chooseRun.ts';
import { exportTrace } from './exportTrace.ts';
import { openSource } from './openSource.ts';
import { plainText } from './plainText.ts';
import { panelOptions, panelPage, problemPage } from './traceDocument.ts';
import { TraceFindings } from './traceFindings.ts';

/** What every view of a trace needs. */
export interface ViewContext {
  readonly extension: Uri;
  readonly client: LanguageClient;
  readonly log: LogOutputChannel;
  readonly tracing: Tracing;
}

export interface ViewOptions {
  readonly source: TraceSource;
  /** The panel comes back with a new window by what its page remembers, and is titled after what ran. */
  readonly isOwnPanel: boolean;
}

/** One webview with one trace, from the first page to its end. */
export class TraceView implements Disposable {
  readonly #context: ViewContext;
  readonly #panel: WebviewPanel;
  readonly #options: ViewOptions;
  readonly #session: Session;
  readonly #findings: TraceFindings;
  readonly #parts: Disposable;
  #root: string;
  #title = '';
  #isOpen = false;
  #hasProblem = false;
  #isListening = false;
  /** Run that it is compared with. */
  #compared: string | undefined;
  /** Waits for the page. */
  #show: ShowMessage | undefined;

  constructor(context: ViewContext, panel: WebviewPanel, options: ViewOptions) {
    const { source } = options;
    this.#context = context;
    this.#panel = panel;
    this.#options = options;
    this.#root = source.root;
    this.#session = context.tracing.reader.open(source);
    const { client, log } = context;
    const isVisible = (): boolean => panel.visible;
    this.#findings = new TraceFindings({ client, log, session: this.#session, source, isVisible });
    this.#parts = Disposable.from(
      this.#session,
      this.#findings,
      this.#session.onAnswer((answer) => this.#takeAnswer(answer)),
      panel.webview.onDidReceiveMessage((message: unknown) => this.#takeMessage(message)),
      panel.onDidChangeViewState(() => this.#noteVisibility()),
      panel.onDidDispose(() => this.dispose()),
    );
    panel.webview.options = panelOptions(context.extension);
    this.#load();
  }

  /** Brings it to the front, at a part of it. A trace that could not be read is tried again. */
  reveal(show?: ShowMessage): void {
    this.#show = show;
    this.#panel.reveal();
    if (this.#hasProblem) this.#load();
    else if (this.#isListening) this.#tellShow();
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #load(): void {
    const { extension } = this.#context;
    const { isOwnPanel, source } = this.#options;
    this.#hasProblem = false;
    this.#isListening = false;
    this.#panel.webview.html = panelPage(this.#panel.webview, extension, isOwnPanel ? source.path : undefined);
  }

  /** The page of a hidden webview is gone; the one made anew says `ready` again. */
  #noteVisibility(): void {
    if (this.#panel.visible) return;
    this.#isListening = false;
    this.#session.send({ kind: 'detachPanel' });
  }

  #takeAnswer(answer: ReaderAnswer): void {
    switch (answer.kind) {
      case 'opened':
        this.#isOpen = true;
        this.#root = answer.root;
        this.#title = answer.title;
        if (this.#options.isOwnPanel) this.#panel.title = l10n.t('Trace: {0}', plainText(answer.title));
        return;
      case 'panel':
        this.#post(answer.message);
        // A page that begins anew has forgotten the other run.
        if (answer.message.kind === 'open') this.#tellCompared();
        return;
      case 'openSource':
        return this.#handle(openSource(answer.place, { root: this.#root, column: this.#panel.viewColumn }));
      case 'files':
        return this.#findings.setFiles(this.#root, answer.files);
      case 'ended':
        return this.#findings.askSoon();
      case 'failed':
        return this.#fail(answer.message);
      case 'tasks':
      case 'made':
      case 'done':
        return;
      default:
        answer satisfies never;
    }
  }

  #fail(message: string): void {
    if (this.#isOpen) {
      // What the page shows stays true.
      this.#hasProblem = true;
      return this.#handle(window.showWarningMessage(plainText(message)));
    }
    this.#hasProblem = true;
    this.#panel.webview.html = problemPage(this.#panel.webview, this.#context.extension, message);
  }

  #takeMessage(message: unknown): void {
    if (!isPanelMessage(message)) return this.#context.log.warn('A message of the trace panel was refused.');
    switch (message.kind) {
      case 'ready':
        return this.#begin(message);
      case 'openSource':
      case 'setPaused':
      case 'askWaits':
        return this.#session.send({ kind: 'panel', message });
      case 'explainRule':
        if (/^[a-z][a-z-]*$/.test(message.ruleId)) {
          this.#handle(commands.executeCommand(explainRuleCommand, message.ruleId));
        }
        return;
      case 'export':
        return this.#handle(exportTrace(this.#session, message.format, { root: this.#root, title: this.#title }));
      case 'compare':
        return this.#handle(this.#compare(this.#context.tracing.runs));
      case 'fault':
        return this.#context.log.error(`The trace panel: ${plainText(message.message)}`);
      default:
        message satisfies never;
    }
  }

  #begin(message: PanelMessage): void {
    this.#isListening = true;
    this.#session.send({ kind: 'panel', message });
    this.#tellShow();
  }

  #tellShow(): void {
    if (this.#show !== undefined) this.#post(this.#show);
    this.#show = undefined;
  }

  async #compare({ all }: Runs): Promise<void> {
    const { path } = this.#options.source;
    const others = all.filter(({ folder, isAlive }) => !isAlive && folder !== path);
    const chosen = await chooseTrace(others, l10n.t('Run to compare with'));
    if (chosen === undefined) return;
    this.#compared = chosen;
    this.#tellCompared();
  }

  #tellCompared(): void {
    if (this.#compared !== undefined) this.#session.send({ kind: 'compareWith', path: this.#compared });
  }

  #post(message: HostMessage): void {
    this.#handle(this.#panel.webview.postMessage(message));
  }

  /** The border of what the panel starts: a failure is told once. */
  #handle(work: Thenable<unknown>): void {
    work.then(undefined, (error: unknown) => {
      this.#context.log.error(error instanceof Error ? error : String(error));
      void window.showErrorMessage(plainText(error instanceof Error ? error.message : String(error)));
    });
  }
}
