import { randomBytes } from 'node:crypto';
import { Uri, type Webview } from 'vscode';
import { panelDocument, problemDocument } from '#protocol/panelDocument.ts';

/** What a webview may load: our own programs, nothing else. */
export function panelOptions(extension: Uri) {
  return { enableScripts: true, enableForms: false, localResourceRoots: [Uri.joinPath(extension, 'dist')] };
}

/** The panel's page. `trace`: kept in the page's state, so that the panel comes back with a new window. */
export function panelPage(webview: Webview, extension: Uri, trace?: string): string {
  const address = (name: string): string => webview.asWebviewUri(Uri.joinPath(extension, 'dist', name)).toString();
  return panelDocument({
    script: address('panel.js'),
    style: address('panel.css'),
    source: webview.cspSource,
    nonce: randomBytes(16).toString('hex'),
    ...(trace === undefined ? {} : { trace }),
  });
}

/** The page of a trace that cannot be shown. */
export function problemPage(webview: Webview, extension: Uri, message: string): string {
  const style = webview.asWebviewUri(Uri.joinPath(extension, 'dist', 'panel.css')).toString();
  return problemDocument({ style, source: webview.cspSource, message });
}
