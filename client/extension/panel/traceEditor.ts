import { l10n, window, type CustomDocument, type CustomReadonlyEditorProvider, type Disposable } from 'vscode';
import { isFileUri, workspaceFolders } from './tracePanels.ts';
import { traceSource } from './traceSource.ts';
import { TraceView, type ViewContext } from './traceView.ts';

/** Also in package.json. */
export const traceEditorType = 'rubato.trace';

/** Shows `*.rubato` files as traces. */
export function traceEditor(context: ViewContext): Disposable {
  const provider: CustomReadonlyEditorProvider = {
    openCustomDocument: (uri): CustomDocument => ({ uri, dispose() {} }),
    resolveCustomEditor({ uri }, panel) {
      if (!isFileUri(uri)) throw new Error(l10n.t('Only traces on disk can be shown.'));
      const source = traceSource(uri.fsPath, workspaceFolders());
      // It lives as long as its panel.
      void new TraceView(context, panel, { source, isOwnPanel: false });
    },
  };
  return window.registerCustomEditorProvider(traceEditorType, provider, { supportsMultipleEditorsPerDocument: true });
}
