import { setImmediate as turn } from 'node:timers/promises';
import { window, workspace, type ExtensionContext } from 'vscode';
import { trustNotification, type TrustParams } from '#protocol/lsp.ts';
import type { LanguageClient } from 'vscode-languageclient/node';
import { launch } from './launch/launch.ts';
import { followTracing } from './runs/tracing.ts';
import { tasksView } from './tasks/tasksView.ts';

let client: LanguageClient | undefined;

/** Starts what follows and starts runs, then the language server for TypeScript and JavaScript and what shows its state. */
export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel('Rubato', { log: true });
  const tracing = followTracing(context, log);
  context.subscriptions.push(log, tracing, launch({ context, log, ...tracing }), tasksView({ tracing, log }));
  // The client of the server is most of this program: the other extensions get their turn before it is loaded.
  await turn();
  const { languageParts } = await import('./language/languageParts.ts');
  const language = languageParts({ context, log, tracing });
  client = language.client;
  context.subscriptions.push(language.parts, tellTrust(client));
  try {
    await client.start();
  } catch (error) {
    // The client has told the user; the commands stay, so that a restart can be tried.
    log.error(error instanceof Error ? error : String(error));
  }
}

/** The editor waits for this, so that the server ends in order. */
export function deactivate(): Promise<void> | undefined {
  return client?.isRunning() === true ? client.stop() : undefined;
}

/** Trust can only be granted while a window lives; when it is withdrawn, the window is opened anew. */
function tellTrust(server: LanguageClient) {
  return workspace.onDidGrantWorkspaceTrust(async () => {
    const params: TrustParams = { isTrusted: true };
    if (server.isRunning()) await server.sendNotification(trustNotification, params);
  });
}
