import { workspace, type ExtensionContext, type LogOutputChannel } from 'vscode';
import type { InitializationOptions } from '#protocol/lsp.ts';
import { LanguageClient, RevealOutputChannelOn, TransportKind } from 'vscode-languageclient/node';
import { languages } from '../languages.ts';
import { disableUnsavedEdits } from './unsavedEdits.ts';

/** A client for the server in dist/, not yet started. It belongs to the context. */
export function serverClient(context: ExtensionContext, log: LogOutputChannel): LanguageClient {
  // Not the workspace as working directory: nothing there may be found by the name of a program or module.
  const options = { cwd: context.extensionPath };
  const server = { module: context.asAbsolutePath('dist/server.js'), transport: TransportKind.ipc, options };
  const client = new LanguageClient('rubato', 'Rubato', server, {
    documentSelector: languages.map((language) => ({ scheme: 'file', language })),
    diagnosticCollectionName: 'rubato',
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    middleware: {
      provideCodeActions: async (...[document, range, asked, token, next]) =>
        disableUnsavedEdits(await next(document, range, asked, token)),
    },
    // A function: a restarted server gets the trust of that moment.
    initializationOptions: (): InitializationOptions => ({
      isTrusted: workspace.isTrusted,
      canExplainRule: true,
      canShowTrace: true,
    }),
  });
  context.subscriptions.push(client);
  return client;
}
