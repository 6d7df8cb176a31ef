import { window, workspace, type ExtensionContext } from 'vscode';
import { trustNotification, type TrustParams } from '#protocol/lsp.ts';
import type { LanguageClient } from 'vscode-languageclient/node';
import { registerCommands } from './commands.ts';
import { launch } from './launch/launch.ts';
import { tracePanel } from './panel/panelCommands.ts';
import { ruleDocuments } from './ruleDocuments.ts';
import { followTracing } from './runs/tracing.ts';
import { serverClient } from './serverClient.ts';
import { serverStatus } from './serverStatus.ts';
import { statusItem } from './statusItem.ts';
import { supportCommands } from './support/supportCommands.ts';
import { tasksView } from './tasks/tasksView.ts';

let client: LanguageClient | undefined;

/** Starts the language server for TypeScript and JavaScript, and what shows its state. */
export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel('Rubato', { log: true });
  client = serverClient(context, log);
  const status = serverStatus(client);
  const tracing = followTracing(context, log);
  context.subscriptions.push(
    log,
    status,
    statusItem(client, status, tracing.runs),
    supportCommands(context, status),
    tracing,
    tracePanel({ extension: context.extensionUri, client, log, tracing }),
    launch({ context, log, ...tracing }),
    tasksView({ tracing, log }),
    ruleDocuments(client),
    registerCommands(client, log),
    tellTrust(client),
  );
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
