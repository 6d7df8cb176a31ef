import type { ExtensionContext } from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';

/** Starts the language server for TypeScript and JavaScript. */
export async function activate(context: ExtensionContext): Promise<void> {
  const server = { module: context.asAbsolutePath('dist/server.js'), transport: TransportKind.ipc };
  const client = new LanguageClient('rubato', 'Rubato', server, {
    documentSelector: languages.map((language) => ({ language })),
  });
  context.subscriptions.push(client);
  await client.start();
}

const languages = ['typescript', 'typescriptreact', 'javascript', 'javascriptreact'];
