import path from 'node:path';
import { l10n, Uri, ViewColumn, window, workspace, type Disposable, type WebviewPanel } from 'vscode';
import type { ShowMessage } from '#protocol/panel.ts';
import { restoredTrace, traceSource } from './traceSource.ts';
import { TraceView, type ViewContext } from './traceView.ts';

/** Type of our own panels; the custom editor has another one, and is brought back by the editor itself. */
const panelType = 'rubato.run';

/** The panels of this window, one for each trace. */
export class TracePanels implements Disposable {
  readonly #context: ViewContext;
  readonly #views = new Map<string, TraceView>();
  readonly #serializer: Disposable;

  constructor(context: ViewContext) {
    this.#context = context;
    this.#serializer = window.registerWebviewPanelSerializer(panelType, {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        const trace = restoredTrace(state);
        if (trace === undefined || this.#views.has(path.resolve(trace))) panel.dispose();
        else this.#fill(panel, trace);
      },
    });
  }

  /** Shows a trace, in the panel that it has already. `trace`: folder of a run or a file, absolute. */
  show(trace: string, show?: ShowMessage): void {
    const known = this.#views.get(path.resolve(trace));
    if (known !== undefined) return known.reveal(show);
    const column = window.activeTextEditor === undefined ? ViewColumn.Active : ViewColumn.Beside;
    const panel = window.createWebviewPanel(panelType, l10n.t('Trace'), column);
    this.#fill(panel, trace).reveal(show);
  }

  dispose(): void {
    this.#serializer.dispose();
    for (const view of this.#views.values()) view.dispose();
  }

  #fill(panel: WebviewPanel, trace: string): TraceView {
    const key = path.resolve(trace);
    const source = traceSource(key, workspaceFolders());
    const view = new TraceView(this.#context, panel, { source, isOwnPanel: true });
    this.#views.set(key, view);
    panel.onDidDispose(() => this.#views.delete(key));
    return view;
  }
}

export function workspaceFolders(): readonly string[] {
  return (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
}

/** Whether something is a file on disk. */
export function isFileUri(value: unknown): value is Uri {
  return value instanceof Uri && value.scheme === 'file';
}
